import type { DatabaseSync } from 'node:sqlite';
import type { Captured, Handoff } from '@waybill/handoff';

/** A message that waits in the outbox. */
export interface OutboxMessage {
  readonly queue: string;
  readonly body: string;
}

/** Messages that are stored in the transaction of what they tell of, and sent afterwards. */
export class Outbox {
  readonly #database: DatabaseSync;
  readonly #handoff: Handoff;

  constructor(database: DatabaseSync, handoff: Handoff) {
    this.#database = database;
    this.#handoff = handoff;
    database.exec(
      'CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, queue TEXT, body TEXT, headers TEXT)',
    );
  }

  /** Stores a message, with all of the context that is active. Call it inside of the transaction. */
  add({ queue, body }: OutboxMessage): void {
    const headers = JSON.stringify(this.#handoff.capture());
    this.#database
      .prepare('INSERT INTO outbox (queue, body, headers) VALUES (?, ?, ?)')
      .run(queue, body, headers);
  }

  /** Sends what is stored, each message in the context that it was stored in. What cannot be sent stays, and so do those behind it. */
  async relay(send: (message: OutboxMessage) => Promise<unknown>): Promise<void> {
    for (const { id, queue, body, headers } of this.#stored()) {
      const captured: Captured = JSON.parse(headers);
      await this.#handoff.run('outbox', captured, () => send({ queue, body }));
      this.#database.prepare('DELETE FROM outbox WHERE id = ?').run(id);
    }
  }

  #stored(): readonly Row[] {
    return this.#database.prepare('SELECT * FROM outbox ORDER BY id').all() as unknown as Row[];
  }
}

interface Row extends OutboxMessage {
  readonly id: number;
  readonly headers: string;
}
