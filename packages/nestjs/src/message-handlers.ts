import type { ModulesContainer } from '@nestjs/core';

/** By this `@nestjs/microservices` knows the handlers of messages. */
const messagePattern = 'microservices:pattern';

/** A method of a controller that handles messages, as decorators for methods take it. */
export type MessageHandler = readonly [
  prototype: object,
  name: string,
  descriptor: TypedPropertyDescriptor<CallableFunction>,
];

/** The methods of an application's controllers that handle messages, inherited ones as well. */
export function* messageHandlersOf(modules: ModulesContainer): Generator<MessageHandler> {
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) yield* handlersOf(metatype?.prototype);
  }
}

function* handlersOf(prototype: unknown): Generator<MessageHandler> {
  for (let at = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const handler: unknown = descriptor.value;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(messagePattern, handler)) continue;
      yield [at, name, descriptor];
    }
  }
}
