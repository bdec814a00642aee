import { Catch, type ExceptionFilter, type Type, UseFilters } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { activeContext } from '@waybill/core/adapter';
import { handledMessageOf } from './handled-message.ts';

/** By this `@nestjs/microservices` knows the handlers of messages. */
const messagePattern = 'microservices:pattern';

/** The handlers whose exceptions are observed: an application may be made several times of the same classes. */
const observed = new WeakSet<object>();

/**
 * Has the messages of an application's controllers told of the exceptions of their handlers, guards, pipes and interceptors, before any
 * exception filter answers them. Nest's own filter answers an unknown exception with a text that says nothing of it.
 */
export function observeExceptions(modules: ModulesContainer): void {
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) observeHandlers(metatype as Type | null);
  }
}

function observeHandlers(controller: Type | null): void {
  for (
    let at: unknown = controller?.prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const handler: unknown = descriptor.value;
      if (typeof handler !== 'function' || observed.has(handler)) continue;
      if (!Reflect.hasMetadata(messagePattern, handler)) continue;
      observed.add(handler);
      UseFilters(exceptionObserver)(at, name, descriptor);
    }
  }
}

/** What an exception filter is for: Nest asks by `instanceof`. This one is told of every exception, and leaves it to the other filters. */
const anyException = {
  [Symbol.hasInstance](exception: unknown): boolean {
    handledMessageOf(activeContext())?.failed(exception);
    return false;
  },
};

class ExceptionObserver implements ExceptionFilter {
  /** Never called. */
  catch(exception: unknown): never {
    throw exception;
  }
}
Catch(anyException as unknown as Type)(ExceptionObserver);

const exceptionObserver = new ExceptionObserver();
