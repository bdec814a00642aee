import type { Fault } from './fault.ts';

/** What brokers refuse, and what applications get wrong in their own code around a call. */
export const applicationFaults: readonly Fault[] = [
  {
    name: 'publish refused',
    about: 'The broker refuses twenty messages.',
    odd: 'publish-refused',
  },
  {
    name: 'publish middleware throws',
    about: 'Middleware throws for twenty messages; bare, the application does before it publishes.',
    odd: 'publish-throws',
  },
  {
    name: 'publish middleware skips',
    about:
      'Middleware never calls `next` for twenty messages, which is an error; bare, the application throws.',
    odd: 'publish-skipped',
  },
  {
    name: 'consume middleware throws',
    about: 'Middleware throws at the first delivery of twenty messages; bare, the handler does.',
    odd: 'consume-throws',
  },
  {
    name: 'consume middleware skips',
    about:
      'Middleware never calls `next` for twenty messages, so they are not handled; bare, the handler returns at once.',
    odd: 'consume-skipped',
  },
];
