import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A page in a browser without a window. */
export interface BrowserPage {
  /** Sends a command of the Chrome DevTools Protocol, and gives its result. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;

  /** Goes to an address, and waits until all of it is loaded and painted. */
  open(url: string): Promise<void>;

  /** The value of an expression. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts Chromium.
 *
 * @param command its command, such as `chromium`.
 */
export async function startBrowser(command: string): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'waybill-browser-'));
  // As root, Chromium runs only without its sandbox. It is shown pages of this repository.
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--remote-debugging-port=0',
  ];
  const child = spawn(command, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${text}`)));
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /DevTools listening on ws:\/\/([^/\s]+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const targets = (await (await fetch(`http://${address}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ type }) => type === 'page');
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  let last = 0;
  const waiting = new Map<
    number,
    (message: { result?: Record<string, unknown>; error?: { message: string } }) => void
  >();
  const events = new EventTarget();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    waiting.get(message.id)?.(message);
    if (message.method !== undefined) events.dispatchEvent(new Event(message.method));
  });
  const send: BrowserPage['send'] = (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, ({ result = {}, error }) =>
        error === undefined ? resolve(result) : reject(new Error(error.message)),
      );
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const evaluate: BrowserPage['evaluate'] = async (expression) => {
    const { result } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    return (result as { value?: unknown }).value;
  };
  await send('Page.enable');
  return {
    send,
    evaluate,
    async open(url) {
      const loaded = once(events, 'Page.loadEventFired');
      await send('Page.navigate', { url });
      await loaded;
      await evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    },
    async close() {
      const ended = once(child, 'exit');
      // It may be gone before it answers.
      send('Browser.close').catch(() => undefined);
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
