import type { ServerResponse } from 'node:http';

/** How long pages are not told again, in ms. */
const pause = 250;

/** More pages at a time are refused. */
const mostPages = 50;

/** Tells pages that spans have come in, by server-sent events. */
export class LiveEvents {
  readonly #pages = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;

  add(response: ServerResponse): void {
    if (this.#pages.size >= mostPages) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': the page asks for its content at each event\n\n');
    this.#pages.add(response);
    response.once('close', () => this.#pages.delete(response));
  }

  /** Many spans that come in one after the other are told of once. */
  tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const page of this.#pages) page.write('event: spans\ndata:\n\n');
    }, pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const page of this.#pages) page.end();
  }
}
