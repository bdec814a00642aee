import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildJourneys, type Journey } from '@waybill/journey';
import { drawLiveContent, drawLivePage, type LivePageOptions } from '@waybill/journey/page';
import { type OtlpReceiver, type ReceiverOptions, startOtlpReceiver } from '@waybill/journey/receiver';
import { LiveEvents } from './live-events.ts';

/** How journeys are shown as they come. */
export interface ViewerOptions
  extends Omit<ReceiverOptions, 'others'>,
    Pick<LivePageOptions, 'foldAfter' | 'trueScale'> {}

/** A server that receives spans, and shows the journeys that they make. */
export type Viewer = Pick<OtlpReceiver, 'url' | 'stop'>;

/**
 * Starts to receive spans and to show journeys: the page at `/`, what is in it at `/content`, and when that has changed at `/events`.
 *
 * @throws {JourneySourceError} where it cannot listen.
 */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const events = new LiveEvents();
  let known: readonly Journey[] | undefined;
  const receiver = await startOtlpReceiver({ ...options, others });
  receiver.spans.onSpans(() => {
    known = undefined;
    events.tell();
  });
  return {
    url: receiver.url,
    async stop() {
      events.stop();
      await receiver.stop();
    },
  };

  function others(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const draw = draws[pathname];
    if (request.method !== 'GET' || (draw === undefined && pathname !== '/events')) {
      response.writeHead(404, headers).end('There is nothing here.');
    } else if (draw === undefined) events.add(response);
    else {
      known ??= buildJourneys(receiver.spans.spans).journeys;
      const { foldAfter, trueScale } = options;
      const id = searchParams.get('id') ?? undefined;
      const { dropped } = receiver.spans;
      const notes = dropped > 0 ? [`${dropped} spans of older traces had to make room.`] : [];
      const page = draw(known, { id, foldAfter, trueScale, notes, endpoint: receiver.url });
      response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(page);
    }
  }
}

const draws: Readonly<Record<string, typeof drawLivePage>> = {
  '/': drawLivePage,
  '/content': drawLiveContent,
};

/** No other page may show or read what is shown here. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};
