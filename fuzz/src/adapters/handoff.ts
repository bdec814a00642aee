import { createHandoff } from '@waybill/handoff';
import type { FuzzedAdapter, Path } from '../adapter.ts';
import { describe } from '../observed.ts';
import type { Trial } from '../trial.ts';

/** Hand-offs inside a process: a carrier may come from another thread, another process, or a table. */
export const handoff: FuzzedAdapter = {
  name: 'handoff',
  countsSent: false,
  open(waybill) {
    const crossing = createHandoff(waybill);
    const run =
      (work: (captured: never, handle: (given: unknown) => unknown, payload: object) => unknown): Path =>
      async (trial) => {
        for (const carrier of trial.carriers) {
          trial.consumed += 1;
          const payload = {};
          await trial.deliver(
            payload,
            (handle) => work(carrier as never, handle, payload),
            async () => note(trial, crossing.capture('retries')),
          );
        }
      };
    const capturing =
      (capture: (trial: Trial, work: () => unknown) => unknown): Path =>
      async (trial) => {
        trial.consumed += 1;
        const payload = {};
        await trial.deliver(payload, (handle) => capture(trial, () => handle(payload)));
      };
    return {
      run: run((captured, handle, payload) => crossing.run('orders', captured, () => handle(payload))),
      open: run((carrier, handle, payload) =>
        // A value without a carrier is not an envelope, but a payload.
        Object(carrier) === carrier
          ? crossing.open('orders', { carrier, payload }, handle)
          : crossing.open('orders', payload as never, handle),
      ),
      async capture(trial) {
        const captured = await trial.timed(() => crossing.capture('orders'));
        if ('value' in captured) note(trial, captured.value);
        else trial.fault('thrown', describe(captured.error));
      },
      envelope: capturing((trial, work) => {
        const envelope = crossing.envelope(work, 'orders');
        note(trial, envelope.carrier);
        return crossing.open('orders', envelope, (payload) => payload());
      }),
      bind: capturing((_trial, work) => crossing.bind('orders', work)()),
      recurring: capturing((_trial, work) => crossing.recurring('orders', work)()),
      async buffer(trial) {
        const buffer = crossing.buffer<unknown>('orders');
        for (const carrier of trial.carriers) buffer.push(carrier);
        trial.consumed += trial.carriers.length;
        const payload = {};
        await trial.deliver(payload, (handle) => buffer.flush(() => handle(payload)));
      },
    };
  },
};

function note(trial: Trial, captured: unknown): void {
  trial.sent(() => captured);
}
