import { setTimeout } from 'node:timers/promises';
import type { DemoBroker } from './demo-broker.ts';
import { type HandledMessage, HandledMessages } from './handled-messages.ts';
import { handleOrder, type Order, placeOrder } from './shop.ts';

/** An order, when it was handled, and the trace that its journey began with. */
export interface PlacedOrder extends Order {
  readonly handled: 'at once' | 'late';
  readonly traceId: string;
}

/** What happened. */
export interface Story {
  readonly orders: readonly PlacedOrder[];
  readonly messages: readonly HandledMessage[];
}

/** A bit more than the 2 s after which the consumer of an order links. */
const late = 2_100;

/**
 * Two orders are handled at once, two wait until they are late, and the invoices of all four wait longer still.
 *
 * @param tell takes a line on what goes on, now.
 */
export async function playStory(broker: DemoBroker, tell: (line: string) => void): Promise<Story> {
  const handled = new HandledMessages();
  const orders: PlacedOrder[] = [];
  const place = async (order: Order, when: PlacedOrder['handled']): Promise<void> => {
    orders.push({ ...order, handled: when, traceId: await placeOrder(broker, order) });
  };
  const workOnOrders = () =>
    broker.startWorker('orders', async (body) => {
      handled.note('orders', body);
      await handleOrder(broker, body);
    });

  tell('acme and globex place orders; the orders worker is running');
  const worker = await workOnOrders();
  await place({ id: 'order-1', tenant: 'acme' }, 'at once');
  await place({ id: 'order-2', tenant: 'globex' }, 'at once');
  await handled.until('orders', 2).finally(() => worker.stop());

  tell('the orders worker is down; initech and umbrella place orders');
  await place({ id: 'order-3', tenant: 'initech' }, 'late');
  await place({ id: 'order-4', tenant: 'umbrella' }, 'late');
  await setTimeout(late);

  tell('the orders worker is back, more than 2 s late');
  const lateWorker = await workOnOrders();
  await handled.until('orders', 4).finally(() => lateWorker.stop());
  await setTimeout(late);

  tell('the invoices worker starts, later still');
  const invoicesWorker = await broker.startWorker('invoices', async (body) => handled.note('invoices', body));
  await handled.until('invoices', 4).finally(() => invoicesWorker.stop());
  return { orders, messages: handled.all };
}
