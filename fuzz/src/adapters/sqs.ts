import { processMessage, processMessages, traceSqsClient } from '@waybill/sqs';
import type { FuzzedAdapter, Path } from '../adapter.ts';
import { FakeClient, type Message, textsOf } from '../clients/fake-sqs-client.ts';
import { describe } from '../observed.ts';
import type { Trial } from '../trial.ts';
import { Wire } from '../wire.ts';

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/orders';

/** The AWS SDK for SQS, through the middleware stack of a client. */
export const sqs: FuzzedAdapter = {
  name: 'sqs',
  open(waybill) {
    const wire = new Wire();
    const client = new FakeClient(wire);
    traceSqsClient(client as never, waybill);
    const forward =
      (trial: Trial, { MessageAttributes }: Message) =>
      () =>
        wire.during(trial, [() => textsOf(MessageAttributes)], () =>
          client.call('SendMessageCommand', { QueueUrl, MessageBody: 'again', MessageAttributes }),
        );
    const receive = async (trial: Trial, queue = QueueUrl): Promise<object[]> => {
      client.stored = received(trial);
      const answer = await trial.timed(() => client.call('ReceiveMessageCommand', { QueueUrl: queue }));
      const { output } = ('value' in answer ? answer.value : {}) as { readonly output?: object };
      if (output !== client.answered) trial.fault('result changed', 'of a receive');
      trial.consumed += client.stored.length;
      return client.stored;
    };
    const sending =
      (command: string, inputOf: (messages: readonly object[]) => object, batch: boolean): Path =>
      async (trial) => {
        const messages = trial.carriers.map((carrier, index) => ({
          Id: String(index),
          MessageBody: 'one',
          MessageAttributes: attributesOf(carrier),
        }));
        for (const sent of batch ? [messages] : messages.map((message) => [message])) {
          const input = inputOf(sent);
          const given = sent.map(
            ({ MessageAttributes }) =>
              () =>
                textsOf(MessageAttributes),
          );
          await wire.during(trial, given, () =>
            trial.send(sent.length, [input, ...sent], async () => {
              const answer = (await client.call(command, input)) as {
                readonly output: { readonly token: unknown };
              };
              return answer.output.token;
            }),
          );
        }
      };
    const settling =
      (command: string, batch: boolean): Path =>
      async (trial) => {
        const messages = await receive(trial);
        const Entries = messages.map((message, index) => ({ ...message, Id: String(index) }));
        const inputs = batch
          ? [{ QueueUrl, Entries }]
          : messages.map((message) => ({ QueueUrl, ...message }));
        for (const input of inputs) {
          const settled = await trial.timed(() => client.call(command, input));
          if ('error' in settled) trial.fault('thrown', describe(settled.error));
        }
      };
    return {
      async receive(trial) {
        await receive(trial);
      },
      async processMessage(trial) {
        for (const message of await receive(trial)) {
          await trial.deliver(message, (handle) => processMessage(message, handle), forward(trial, message));
        }
      },
      async 'processMessages, of a FIFO queue'(trial) {
        for (const message of await receive(trial, `${QueueUrl}.fifo`)) {
          let error: unknown;
          await trial.deliver(message, async (handle) => {
            try {
              return (await processMessages([message], handle))[0];
            } catch (failure) {
              error = (failure as AggregateError).errors[0];
              throw error;
            }
          });
        }
      },
      SendMessage: sending('SendMessageCommand', ([message]) => ({ QueueUrl, ...message }), false),
      SendMessageBatch: sending('SendMessageBatchCommand', (Entries) => ({ QueueUrl, Entries }), true),
      DeleteMessage: settling('DeleteMessageCommand', false),
      DeleteMessageBatch: settling('DeleteMessageBatchCommand', true),
      ChangeMessageVisibility: settling('ChangeMessageVisibilityCommand', false),
    };
  },
};

/** Messages as SQS answers them. Senders fill the message attributes and the group. */
function received(trial: Trial): object[] {
  return trial.carriers.map((carrier, index) => ({
    MessageId: `id-${index}`,
    ReceiptHandle: `receipt-${trial.input.choice}-${index}`,
    Body: 'one',
    Attributes: {
      SentTimestamp: trial.input.choice % 2 === 0 ? String(Date.now()) : trial.text(0),
      ApproximateReceiveCount: trial.input.choice % 3 === 0 ? trial.text(1) : '1',
      MessageGroupId: trial.text(2),
    },
    MessageAttributes: attributesOf(carrier),
  }));
}

/** A carrier as message attributes, if it is a readable object. */
function attributesOf(carrier: unknown): unknown {
  if (typeof carrier !== 'object' || carrier === null) return carrier;
  const attributes: Record<string, unknown> = {};
  try {
    for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(carrier))) {
      const value: unknown = field.value;
      const attribute =
        'value' in field
          ? typeof value === 'string'
            ? { DataType: 'String', StringValue: value }
            : Buffer.isBuffer(value)
              ? { DataType: 'Binary', BinaryValue: value }
              : value
          : undefined;
      Object.defineProperty(attributes, name, {
        ...(attribute === undefined ? field : { value: attribute, writable: true }),
        enumerable: true,
        configurable: true,
      });
    }
    return attributes;
  } catch {
    return carrier;
  }
}
