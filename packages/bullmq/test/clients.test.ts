import { expect, it } from '@jest/globals';
import { createWaybill } from '@waybill/core';
import { type FlowProducer, type Job, type Processor, type Queue, Worker } from 'bullmq';
import { traceFlowProducer, traceProcessor, traceQueue } from '../src/index.ts';

const waybill = createWaybill();

interface Order {
  readonly id: string;
}

/** A decorator that has nothing but what an application calls. */
class OrderQueue {
  readonly name = 'orders';
  readonly added: string[] = [];

  async add(_name: 'ship', order: Order): Promise<string> {
    this.added.push(order.id);
    return order.id;
  }

  async addBulk(orders: readonly { readonly name: 'ship'; readonly data: Order }[]): Promise<number> {
    return orders.length;
  }
}

it('takes a decorator of a queue, and gives back what it was given', async () => {
  const queue: OrderQueue = traceQueue(new OrderQueue(), waybill);

  expect(await queue.add('ship', { id: 'order-1' })).toBe('order-1');
  expect(queue.added).toEqual(['order-1']);
});

it('gives a processor back with its own parameters and its own answer', async () => {
  const ship = traceProcessor(async (job: Pick<Job<Order>, 'data'>) => job.data.id.length, waybill);
  const length: number = await ship({ data: { id: 'order-1' } });

  expect(length).toBe(7);
});

/** Held by the compiler: a client of BullMQ connects as soon as it is made. */
export async function typed(
  bare: Queue<Order, number, 'ship'>,
  flows: FlowProducer,
  connection: { readonly host: string },
): Promise<void> {
  const queue: Queue<Order, number, 'ship'> = traceQueue(bare, waybill);
  const job: Job<Order, number, 'ship'> = await queue.add('ship', { id: 'order-1' });
  const flow: FlowProducer = traceFlowProducer(flows, waybill);
  const processor: Processor<Order, number, 'ship'> = async ({ data }) => data.id.length;
  const worker: Worker<Order, number, 'ship'> = new Worker('orders', traceProcessor(processor, waybill), {
    connection,
  });
  // @ts-expect-error The queue has no jobs of that name.
  await queue.add('send', job.data);
  // @ts-expect-error A worker is no queue.
  traceQueue(worker, waybill);
  // @ts-expect-error A Waybill is no processor.
  traceProcessor(waybill, waybill);
  await flow.add({ name: 'ship', queueName: queue.name });
}
