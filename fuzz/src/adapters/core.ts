import { processMessage } from '@waybill/core';
import { type IncomingMessage, instrumenterOf, type OutgoingMessage } from '@waybill/core/adapter';
import type { FuzzedAdapter, Path } from '../adapter.ts';
import { incoming, outgoing } from '../clients/careless-messages.ts';
import { throws } from '../hostile-value.ts';
import { describe } from '../observed.ts';
import type { Trial } from '../trial.ts';

/** Core, which every adapter uses, with messages whose every property may throw. */
export const core: FuzzedAdapter = {
  name: 'core',
  countsSent: false,
  open(waybill) {
    const instrumenter = instrumenterOf(waybill, {
      name: '@waybill/fuzz',
      version: '0.0.0',
      system: 'fuzz',
      operations: { send: 'send', receive: 'receive', process: 'process' },
      otherInstrumentation: 'Leave the other one out.',
    });
    const processing =
      (process: (message: IncomingMessage, handle: (given: unknown) => unknown) => unknown): Path =>
      async (trial) => {
        for (const message of incoming(trial)) {
          trial.consumed += 1;
          await trial.deliver(message, (handle) => process(message, handle));
        }
      };
    const publishing =
      (publish: (messages: readonly OutgoingMessage[], trial: Trial) => unknown): Path =>
      (trial) =>
        trial.send(0, [], () => publish(outgoing(trial), trial));
    return {
      process: processing((message, handle) =>
        instrumenter.process({ messages: [message], batch: false, describe: throws, outcomeOf: throws }, () =>
          handle(message),
        ),
      ),
      async 'process, of a batch'(trial) {
        const messages = incoming(trial);
        trial.consumed += messages.length;
        await trial.deliver(messages, (handle) =>
          instrumenter.process({ messages, batch: true, describe: throws }, () => handle(messages)),
        );
      },
      'open and end': processing((message, handle) => {
        const delivery = instrumenter.open({ messages: [message], batch: false });
        try {
          return delivery.run(() => handle(message));
        } finally {
          delivery.end();
        }
      }),
      async 'receive and processMessage'(trial) {
        const messages = incoming(trial);
        trial.consumed += messages.length;
        const answer = {};
        const received = await trial.timed(() =>
          instrumenter.receive({
            destination: 'orders',
            queueKey: 'orders',
            invoke: async () => answer,
            messages: () => messages,
          }),
        );
        if (!('value' in received) || received.value !== answer)
          trial.fault('result changed', 'of a receive');
        for (const { native } of messages) {
          await trial.deliver(native, (handle) => processMessage(native as object, handle));
        }
      },
      'publish by a promise': publishing((messages, trial) =>
        instrumenter.publish({
          messages,
          batch: messages.length > 1,
          completes: 'promise',
          invoke: async () => trial.end(),
          outcome: throws,
        }),
      ),
      'publish at once': publishing((messages, trial) =>
        instrumenter.publish({
          messages,
          batch: true,
          completes: 'sync',
          invoke: () => trial.endNow(),
          outcome: throws,
        }),
      ),
      async capture(trial) {
        for (const message of outgoing(trial)) {
          const captured = await trial.timed(() => instrumenter.capture(message));
          if ('error' in captured) trial.fault('thrown', describe(captured.error));
        }
      },
      settle: publishing((_messages, trial) =>
        instrumenter.settle({
          operation: 'ack',
          destination: 'orders',
          queueKey: 'orders',
          receipts: [trial.field(0), trial.field(1)],
          batch: true,
          invoke: () => trial.endNow(),
          failures: throws,
          describe: throws,
        }),
      ),
    };
  },
};
