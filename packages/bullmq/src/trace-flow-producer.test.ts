import { describe, expect, it } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import type { FlowJob } from 'bullmq';
import { traceFlowProducer } from './trace-flow-producer.ts';

const more = { of: 'a subclass' };
const ship = {
  name: 'ship',
  queueName: 'orders',
  data: 1,
  children: [
    {
      name: 'pack',
      queueName: 'parcels',
      opts: { attempts: 2 },
      children: [{ name: 'pick', queueName: 'parcels' }],
    },
    { name: 'bill', queueName: 'bills' },
  ],
};
const solo = { name: 'solo', queueName: 'orders' };

describe('a flow producer', () => {
  it('gets a flow whose jobs each have a context of their own, and gives what BullMQ gives', async () => {
    const { flows, bare, spans } = setUp();
    bare.answer = node('1', node('2', node('3')), node('4'));
    expect(flows).toBe(bare);
    expect(await flows.add(ship, more)).toBe(bare.answer);

    const call = spans
      .named('add')
      .toHaveKind('CLIENT')
      .toHaveAttributes({ 'messaging.batch.message_count': 4 });
    const [root, pack, pick, bill] = ['orders', 'parcels', 'parcels', 'bills'].map((queue, index) => {
      const name = ['ship', 'pack', 'pick', 'bill'][index];
      return spans.named(`create ${queue}`).where({ 'bullmq.job.name': name }).toBeChildOf(call);
    });
    root?.toHaveLinks(0).toHaveAttributes({ 'messaging.message.id': '1' });
    pack?.toLinkTo(root as never).toHaveAttributes({ 'messaging.message.id': '2' });
    pick?.toLinkTo(pack as never).toHaveAttributes({ 'messaging.message.id': '3' });
    bill?.toLinkTo(root as never).toHaveAttributes({ 'messaging.message.id': '4' });
    expect(bare.calls).toEqual([
      [
        'add',
        {
          ...ship,
          opts: written(root?.only),
          children: [
            {
              name: 'pack',
              queueName: 'parcels',
              opts: { attempts: 2, ...written(pack?.only) },
              children: [{ name: 'pick', queueName: 'parcels', opts: written(pick?.only) }],
            },
            { name: 'bill', queueName: 'bills', opts: written(bill?.only) },
          ],
        },
        more,
      ],
    ]);
  });

  it('has one span for a flow of one job, and several for flows in bulk', async () => {
    const { flows, bare, spans } = setUp();
    bare.answer = node('1');
    await flows.add(solo);
    const only = spans
      .named('add orders')
      .toHaveKind('PRODUCER')
      .toHaveAttributes({ 'messaging.message.id': '1' }).only;
    spans.clear();
    bare.answer = [node('2')];
    expect(await flows.addBulk([solo], more)).toBe(bare.answer);

    spans.named('add orders').toHaveKind('CLIENT').toHaveAttributes({ 'messaging.batch.message_count': 1 });
    const created = spans.named('create orders').toHaveAttributes({ 'messaging.message.id': '2' });
    expect(bare.calls).toEqual([
      ['add', { ...solo, opts: written(only) }],
      ['addBulk', [{ ...solo, opts: written(created.only) }], more],
    ]);
  });

  it('gets jobs that are objects of a class with all that they inherit', async () => {
    class Step {
      readonly children: Step[];
      constructor(...children: Step[]) {
        this.children = children;
      }
      get name(): string {
        return 'step';
      }
      get queueName(): string {
        return 'orders';
      }
    }
    const { flows, bare } = setUp();
    await flows.add(new Step(new Step(new Step())));

    const step = {
      name: 'step',
      queueName: 'orders',
      opts: { telemetry: { metadata: expect.stringContaining('traceparent') } },
    };
    const [, added] = bare.calls[0] as [string, FlowJob];
    expect(added).toMatchObject({ ...step, children: [{ ...step, children: [step] }] });
  });

  it('may give nothing of the jobs that it added', async () => {
    const { flows, spans } = setUp();
    expect(await flows.add(ship)).toBeUndefined();
    expect(await flows.addBulk([ship])).toBeUndefined();

    spans.each.toHaveCount(10).toHaveSucceeded();
  });

  it.each<[string, 'add' | 'addBulk', unknown]>([
    ['no flow', 'add', undefined],
    ['a flow that is a text', 'add', 'ship'],
    ['a child that is none', 'add', { ...solo, children: [null] }],
    ['options that are none', 'add', { ...solo, opts: 7 }],
    ['no flows', 'addBulk', undefined],
    ['a flow that is null', 'addBulk', [solo, null]],
  ])('is left to refuse %s', async (_what, method, given) => {
    const { flows, bare, spans } = setUp();
    await flows[method](given, more);

    expect(bare.calls).toEqual([[method, given, more]]);
    expect(bare.calls[0]?.[1]).toBe(given);
    expect(spans.each.count).toBe(0);
  });

  it('gets what the caller passed while there is nothing to record', async () => {
    const { flows, bare } = setUp(createWaybill());
    const all = [ship];
    await flows.add(ship, more);
    await flows.addBulk(all, more);

    expect(bare.calls).toEqual([
      ['add', ship, more],
      ['addBulk', all, more],
    ]);
    expect(bare.calls[0]?.[1]).toBe(ship);
    expect(bare.calls[1]?.[1]).toBe(all);
  });

  it('does not use the telemetry that it was given', async () => {
    const bare = Object.assign(new FakeFlowProducer(), { telemetry: {} });
    traceFlowProducer(bare, recording(recordSpans()));

    expect(bare.telemetry).toBeUndefined();
  });
});

/** A flow producer as BullMQ's are, with the calls that reach it. */
class FakeFlowProducer {
  readonly calls: unknown[][] = [];
  answer: unknown;

  async add(...args: unknown[]): Promise<unknown> {
    this.calls.push(['add', ...args]);
    return this.answer;
  }

  async addBulk(...args: unknown[]): Promise<unknown> {
    this.calls.push(['addBulk', ...args]);
    return this.answer;
  }
}

/** A job of a flow as BullMQ tells of it. */
function node(id: string, ...children: object[]): object {
  return { job: { id }, ...(children.length > 0 && { children }) };
}

function setUp(waybill?: Waybill) {
  const spans = recordSpans();
  const bare = new FakeFlowProducer();
  return { flows: traceFlowProducer(bare, waybill ?? recording(spans)), bare, spans };
}

function recording(spans: ReturnType<typeof recordSpans>): Waybill {
  return createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
}

/** The options of a job that carries the context of a span, and nothing else. */
function written(span: { readonly traceId: string; readonly spanId: string } | undefined): object {
  const context = `"traceparent":"00-${span?.traceId}-${span?.spanId}-01"`;
  return { telemetry: { metadata: expect.stringContaining(context) } };
}
