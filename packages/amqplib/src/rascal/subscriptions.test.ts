import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ConsumeMessage } from 'amqplib';
import { delivered } from '../../test/fake-channel.ts';
import { FakeBroker, FakeCallbackBroker, traceFakeBroker } from '../../test/fake-rascal-broker.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

type AckOrNack = (...args: unknown[]) => unknown;

const unsettled = { 'waybill.message.outcome': 'unsettled' };
const ignore = (): void => undefined;

describe('a message that is not settled ends its span', () => {
  it.each<[string, (broker: ClosableBroker) => unknown]>([
    ['after shutdown', (broker) => broker.shutdown()],
    ['after bounce', (broker) => broker.bounce()],
    ['after nuke', (broker) => broker.nuke()],
    ['after unsubscribeAll', (broker) => broker.unsubscribeAll()],
    ['when its subscription is cancelled', ({ session }) => session.cancel()],
    ['when its subscription is closed', ({ session }) => session.emit('close')],
    ['when its virtual host loses the connection', (broker) => broker.disconnect('/')],
    ['when a broker loses a connection and does not say which', (broker) => broker.emit('disconnect')],
  ])('%s', async (_when, lose) => {
    const { broker, spans } = await subscribed(new ClosableBroker());
    broker.session.on('message', ignore);
    deliver(broker, delivered(1));
    broker.disconnect('another');
    spans.named('process (temporary)').toHaveCount(0);
    await lose(broker);

    spans.named('process (temporary)').toHaveSucceeded().toHaveAttributes(unsettled);
  });

  it('when messages arrive on another channel', async () => {
    const { broker, spans } = await subscribed(new FakeBroker());
    broker.session.on('message', ignore);
    deliver(broker, delivered(1));
    const next = delivered(1);
    Object.assign(next.fields, { consumerTag: 'worker-2' });
    deliver(broker, next);

    spans.named('process (temporary)').toHaveCount(1).toHaveAttributes(unsettled);
  });
});

describe('a listener', () => {
  it('runs in the span of its message, on what rascal gives it', async () => {
    const { broker, spans } = await subscribed(new FakeBroker());
    const message = delivered(1);
    const heard: unknown[] = [];
    const settled: unknown[][] = [];
    broker.session.on('message', function (this: unknown, ...given: unknown[]) {
      const [about, content, ackOrNack, ...more] = given as [unknown, unknown, AckOrNack];
      heard.push(this, about, content, ackOrNack(undefined, { all: false }), more);
      heard.push(trace.getActiveSpan()?.spanContext().spanId);
    });
    const settle = (...args: unknown[]): string => {
      settled.push(args);
      return 'settled';
    };
    broker.session.emit('message', message, 'one', settle, 'more');

    const { spanId } = spans.named('process (temporary)').toHaveSucceeded().only;
    expect(heard).toEqual([broker.session, message, 'one', 'settled', ['more'], spanId]);
    expect(settled).toEqual([[undefined, { all: false }]]);
  });

  it('that fails a message says so on its span', async () => {
    const { broker, spans } = await subscribed(new FakeBroker());
    broker.session.on('message', (_message, _content, ackOrNack: AckOrNack) =>
      ackOrNack(new RangeError('no stock'), { strategy: 'nack', requeue: true }),
    );
    deliver(broker, delivered(1));

    spans
      .named('process (temporary)')
      .toHaveFailedWith('RangeError', 'no stock')
      .toHaveAttributes({ 'waybill.message.outcome': 'retry' });
  });

  it('that acknowledges all messages ends the spans of all', async () => {
    const { broker, spans } = await subscribed(new FakeBroker());
    broker.session.on('message', ({ fields }: ConsumeMessage, _content, ackOrNack: AckOrNack) => {
      if (fields.deliveryTag === 3) ackOrNack(undefined, { all: true });
    });
    for (const tag of [1, 2, 3]) deliver(broker, delivered(tag));

    spans.named('process (temporary)').toHaveCount(3).each.toHaveSucceeded();
  });

  it.each(['invalid_content', 'invalid_message', 'redeliveries_error', 'redeliveries_exceeded'])(
    'of the event %s runs in the span of the message, too',
    async (event) => {
      const { broker, spans } = await subscribed(new FakeBroker());
      const error = new SyntaxError('not JSON');
      broker.session.on(event, (given, _message, ackOrNack: AckOrNack) => ackOrNack(given));
      broker.session.emit(event, error, delivered(1), ignore);

      spans.named('process (temporary)').toHaveFailedWith('SyntaxError', 'not JSON');
    },
  );

  it.each<[string, unknown[]]>([
    ['error', [new RangeError('channel closed')]],
    ['toString', ['one', 'two', ignore]],
    ['message', [delivered(1), 'one']],
  ])('of the event %s without a message that it may settle gets what rascal gives', async (event, about) => {
    const { broker, spans } = await subscribed(new FakeBroker());
    const heard: unknown[][] = [];
    broker.session.on(event, (...given) => heard.push(given));
    broker.session.emit(event, ...about);

    expect(heard).toEqual([about]);
    expect(spans.each.count).toBe(0);
  });

  it.each(['on', 'addListener', 'prependListener'] as const)(
    'that was added by %s can be removed',
    async (add) => {
      const { broker, spans } = await subscribed(new FakeBroker());
      broker.session[add]('message', acknowledge);
      deliver(broker, delivered(1));
      broker.session[add]('message', acknowledge);
      broker.session.off('message', acknowledge);
      broker.session.removeListener('message', acknowledge);
      deliver(broker, delivered(2));

      expect(broker.session.listenerCount('message')).toBe(0);
      spans.named('process (temporary)').toHaveCount(1);
    },
  );

  it.each(['once', 'prependOnceListener'] as const)(
    'that was added by %s hears of one message, or of none if it is removed',
    async (add) => {
      const { broker, spans } = await subscribed(new FakeBroker());
      broker.session[add]('message', acknowledge);
      for (const tag of [1, 2]) deliver(broker, delivered(tag));
      broker.session[add]('message', acknowledge);
      broker.session.off('message', acknowledge);
      deliver(broker, delivered(3));

      expect(broker.session.listenerCount('message')).toBe(0);
      spans.named('process (temporary)').toHaveCount(1);
    },
  );
});

it('a message of a subscription without acknowledgements has a span that lasts as long as its promise', async () => {
  const bare = new FakeBroker();
  bare.session.config.options = { noAck: true };
  const { broker, spans } = await subscribed(bare);
  const { promise, resolve } = Promise.withResolvers<void>();
  broker.session.on('message', () => promise);
  deliver(broker, delivered(1));
  spans.named('process (temporary)').toHaveCount(0);
  resolve();

  (await spans.waitFor('process (temporary)'))
    .toHaveSucceeded()
    .toHaveAttributes({ 'waybill.message.outcome': undefined });
});

it('the span of a message ends with its listener, if that is asked for', async () => {
  const { broker, spans } = traceFakeBroker(new FakeBroker(), {}, { endProcessSpan: 'handler' });
  await broker.subscribe('orders');
  broker.session.on('message', ignore);
  deliver(broker, delivered(1));

  spans.named('process (temporary)').toHaveSucceeded();
});

describe('subscriptions are traced', () => {
  it('that a broker gives together', async () => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.subscribeAll();
    broker.session.on('message', acknowledge);
    deliver(broker, delivered(1));

    spans.named('process (temporary)').toHaveSucceeded();
  });

  it('that a broker gives to callbacks, which a filter is not', () => {
    const { broker, spans } = traceFakeBroker(new FakeCallbackBroker());
    const answers: unknown[][] = [];
    broker.subscribeAll(ignore, (...answer: unknown[]) => answers.push(answer));
    broker.session.on('message', acknowledge);
    deliver(broker, delivered(1));

    expect(answers).toEqual([[null, [broker.session]]]);
    spans.named('process (temporary)').toHaveSucceeded();
  });

  it('and a filter reaches a broker of promises as it is', async () => {
    const { broker } = traceFakeBroker(new FakeBroker());
    await broker.subscribeAll(ignore);

    expect(broker.calls).toEqual([['subscribeAll', ignore]]);
    expect(broker.calls[0]?.[1]).toBe(ignore);
  });

  it('and the error of one that fails is the caller’s', async () => {
    const { broker } = traceFakeBroker(new FakeBroker());
    broker.failure = new RangeError('unknown subscription');

    await expect(broker.subscribe('none')).rejects.toBe(broker.failure);
  });
});

/** A broker that can be closed in every way. */
class ClosableBroker extends FakeBroker {
  async shutdown(): Promise<void> {}
  async bounce(): Promise<void> {}
  async nuke(): Promise<void> {}
  async unsubscribeAll(): Promise<void> {}
}

function acknowledge(_message: unknown, _content: unknown, ackOrNack: AckOrNack): void {
  ackOrNack();
}

/** Traces a broker and subscribes to its queue. */
async function subscribed<B extends FakeBroker>(bare: B) {
  const traced = traceFakeBroker(bare);
  await traced.broker.subscribe('orders');
  return traced;
}

function deliver(broker: FakeBroker, message: ConsumeMessage): void {
  broker.session.emit('message', message, 'one', ignore);
}
