import { Catch, type ExceptionFilter, type Type, UseFilters } from '@nestjs/common';
import { activeContext } from '@waybill/core/adapter';
import { handledMessageOf } from './handled-message.ts';
import type { MessageHandler } from './message-handlers.ts';

/** The handlers whose exceptions are observed: an application may be made several times of the same classes. */
const observed = new WeakSet<object>();

/**
 * Has the messages of an application's controllers told of the exceptions of their handlers, guards, pipes and interceptors, before any
 * exception filter answers them. Nest's own filter answers an unknown exception with a text that says nothing of it.
 */
export function observeExceptions(handlers: Iterable<MessageHandler>): void {
  for (const [prototype, name, descriptor] of handlers) {
    const handler = descriptor.value as CallableFunction;
    if (observed.has(handler)) continue;
    observed.add(handler);
    UseFilters(exceptionObserver)(prototype, name, descriptor);
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
