import { Match, type MsgHdrs, MsgHdrsImpl } from '@nats-io/transport-node';
import type { HeaderRefusal, HeaderValue, MessageHeaders } from '@waybill/core/adapter';

/** The headers of a message: what the client has until something is written, then a copy. */
export class NatsHeaders implements MessageHeaders {
  /** The headers, as options of the client: none where there are none. */
  changes: { readonly headers?: MsgHdrs } = {};
  readonly #room: number;

  /** @param room how many bytes there are for headers. */
  constructor(given: MsgHdrs | undefined, room = 0) {
    if (given !== undefined) this.changes = { headers: given };
    this.#room = room;
  }

  get(name: string): HeaderValue {
    const values = this.changes.headers?.values(name, Match.IgnoreCase);
    return values?.length ? values : undefined;
  }

  names(): string[] {
    return this.changes.headers?.keys() ?? [];
  }

  set(name: string, value: string): HeaderRefusal | undefined {
    const copy = this.#copy();
    copy.set(name, value, Match.IgnoreCase);
    if (copy.encode().length > this.#room) return 'limit';
    this.changes = { headers: copy };
    return undefined;
  }

  delete(name: string): void {
    const copy = this.#copy();
    copy.delete(name, Match.IgnoreCase);
    this.changes = { headers: copy };
  }

  #copy(): MsgHdrsImpl {
    const copy = new MsgHdrsImpl();
    for (const [name, values] of this.changes.headers ?? [])
      for (const value of values) copy.append(name, value);
    return copy;
  }
}
