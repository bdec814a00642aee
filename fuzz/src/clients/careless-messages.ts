import type { IncomingMessage, OutgoingMessage } from '@waybill/core/adapter';
import { throws } from '../hostile-value.ts';
import type { Trial } from '../trial.ts';

/** Messages of a careless adapter. */
export function incoming(trial: Trial): IncomingMessage[] {
  return trial.carriers.map((carrier, index) => {
    const choice = trial.input.choice + index;
    return {
      destination: 'orders',
      queueKey: 'orders',
      native: {},
      id: choice % 3 === 0 ? (trial.field(0) as never) : String(choice),
      get sentAt() {
        return choice % 5 === 0 ? throws() : (trial.field(1) as never);
      },
      sentAtSource: 'time',
      attempt: choice % 2 === 0 ? (trial.field(2) as never) : 1,
      recurring: choice % 7 === 0,
      schedule: 'nightly',
      get flow() {
        return choice % 11 === 0 ? throws() : undefined;
      },
      get carrierFault() {
        return choice % 13 === 0 ? throws() : undefined;
      },
      receipt: trial.field(0),
      orderingKey: undefined,
      headers: { get: (name) => headerOf(carrier, name), names: () => Object.keys(carrier as object) },
      distrust: choice % 3 === 0 ? throws : () => undefined,
      describe: choice % 4 === 0 ? throws : () => undefined,
      detail: choice % 6 === 0 ? throws : () => undefined,
    };
  });
}

/** Messages that accept every header, or refuse it, or throw. */
export function outgoing(trial: Trial): OutgoingMessage[] {
  return trial.carriers.map((carrier, index) => {
    const choice = trial.input.choice + index;
    const written: Record<string, string> = {};
    return {
      destination: 'orders',
      queueKey: 'orders',
      native: {},
      headers: {
        get: (name) => written[name] ?? headerOf(carrier, name),
        names: () => Object.keys(carrier as object),
        set(name, value) {
          if (choice % 5 === 0) throws();
          if (choice % 3 === 0) return 'limit';
          written[name] = value;
          trial.sent(() => ({ [name]: value }), undefined, 0);
          return undefined;
        },
        delete: choice % 7 === 0 ? throws : () => undefined,
      },
      describe: choice % 4 === 0 ? throws : () => undefined,
      detail: choice % 6 === 0 ? throws : () => undefined,
    };
  });
}

function headerOf(carrier: unknown, name: string): never {
  return (carrier as Record<string, never>)[name] as never;
}
