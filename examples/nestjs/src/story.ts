import { setTimeout } from 'node:timers/promises';
import { type HandledMessage, HandledMessages } from '@waybill/example-demo/handled-messages.ts';
import type { Application, MakeShop, Order } from './shop.ts';

/** An order, and when it was handled. */
export interface PlacedOrder {
  readonly id: string;
  readonly tenant: string;
  readonly handled: 'at once' | 'late';
}

/** What happened. */
export interface NestStory {
  readonly orders: readonly PlacedOrder[];
  readonly messages: readonly HandledMessage[];
}

/** A bit more than the 2 s after which the consumer of an order links. */
const late = 2_100;

/**
 * An order is handled at once, one fails first and is tried again, and one waits until it is late.
 *
 * @param tell takes a line on what goes on, now.
 */
export async function playStory(
  makeShop: MakeShop,
  url: string,
  tell: (line: string) => void,
): Promise<NestStory> {
  const handled = new HandledMessages();
  const shop = await makeShop(url, (queue, order) => handled.note(queue, JSON.stringify(order)));
  tell(`${shop.title}\n`);
  const web = await shop.startWeb();
  const address = await web.getUrl?.();
  const orders: PlacedOrder[] = [];
  const place = async (placed: PlacedOrder, fails = false): Promise<void> => {
    const { id, tenant } = placed;
    const order: Order = { id, fails };
    const response = await fetch(`${address}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': tenant },
      body: JSON.stringify(order),
    });
    if (!response.ok) throw new Error(`POST /orders answered ${response.status}.`);
    orders.push(placed);
  };

  tell('  acme and globex place orders; the worker is running, and fails with that of globex at first');
  const worker = await shop.startWorker();
  await place({ id: 'order-1', tenant: 'acme', handled: 'at once' });
  await place({ id: 'order-2', tenant: 'globex', handled: 'at once' }, true);
  await finish(worker, handled, 2);

  tell('  the worker is down; initech places an order');
  await place({ id: 'order-3', tenant: 'initech', handled: 'late' });
  await setTimeout(late);

  tell('  the worker is back, more than 2 s late');
  await finish(await shop.startWorker(), handled, 3);
  await web.close();
  return { orders, messages: handled.all };
}

/** Stops a worker when so many invoices have been handled. */
function finish(worker: Application, handled: HandledMessages, invoices: number): Promise<void> {
  return handled.until('invoices', invoices).finally(() => worker.close());
}
