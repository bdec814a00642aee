import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type MessageFacts, messageFacts } from './message-facts.ts';
import type { DemoQueue } from './policy.ts';
import type { PlacedOrder, Story } from './story.ts';

/** What became of one message, and the order it is about. */
export interface Outcome {
  readonly order: PlacedOrder;
  readonly queue: DemoQueue;

  /** Absent where no span was recorded for the message. */
  readonly facts: MessageFacts | undefined;
}

/** What became of the story's messages, in the order they were handled. */
export function outcomesOf(story: Story, spans: readonly ReadableSpan[]): Outcome[] {
  return story.messages.flatMap((message) => {
    const order = story.orders.find(({ id }) => id === message.orderId);
    return order === undefined ? [] : [{ order, queue: message.queue, facts: messageFacts(message, spans) }];
  });
}
