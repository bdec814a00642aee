import { safely } from '../../diag.ts';
import { activeContext } from '../../ground/run-in.ts';
import { inject } from '../../propagation/inject.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import { validContext } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';

/** Writes the active context into a message, as a publish does with that of its span. */
export function capture(env: Environment, message: OutgoingMessage): void {
  safely('Capturing a context', () => {
    const active = MessageContext.of(activeContext());
    if (
      env.misuse !== undefined &&
      !env.isIdle() &&
      typeof message.native === 'object' &&
      message.native !== null
    ) {
      env.misuse.captured(message.native, active);
    }
    const spanContext = active.span && validContext(active.span);
    inject(message, env.queues.of(message), active, spanContext, env.clock());
  });
}
