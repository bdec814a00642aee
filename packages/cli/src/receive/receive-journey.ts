import type { LiveSpans } from '@waybill/journey/receiver';
import { type FindOptions, type FoundJourney, findJourney } from '@waybill/journey/sources';

/** How long a journey is waited for. */
export interface ReceiveOptions extends FindOptions {
  /** For how many ms nothing new of anything came in when it is taken to be whole. */
  readonly settle: number;

  /** What ends the wait before that. */
  readonly stopped: Promise<void>;
}

/** Waits until the journey of an id has come in, and nothing new after it. @returns `undefined` where it was stopped before. */
export async function receiveJourney(
  spans: LiveSpans,
  id: string,
  { settle, stopped, ...options }: ReceiveOptions,
): Promise<FoundJourney | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const settled = new Promise<void>((resolve) => {
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      if ((await findJourney(spans, id, options)) === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(resolve, settle);
    };
    spans.onSpans(() => void look());
  });
  await Promise.race([settled, stopped]);
  clearTimeout(timer);
  return await findJourney(spans, id, options);
}
