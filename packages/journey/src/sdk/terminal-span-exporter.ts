import { type DrawOptions, drawJourney } from '../drawing/draw-journey.ts';
import { buildJourneys } from '../model/build-journeys.ts';
import { readSdkSpan, type SdkSpan } from './read-sdk-span.ts';

/** How a {@link TerminalSpanExporter} draws, and where to. */
export interface TerminalSpanExporterOptions extends DrawOptions {
  /** Takes the text of each journey. Default: writes it to the standard output, with colours where that is a terminal. */
  readonly write?: ((text: string) => void) | undefined;

  /** How many spans are kept. Later ones are counted only. Default 10,000. */
  readonly spans?: number | undefined;
}

/**
 * A span exporter for programs that run to their end, while you develop: keeps every span, and draws the journeys of all of them when the
 * SDK is shut down. It fits the SDKs of the lines 2.x and 3.x of OpenTelemetry JS.
 *
 * @example
 * const sdk = new NodeSDK({ traceExporter: new TerminalSpanExporter() });
 * sdk.start();
 * await sendAndHandle();
 * await sdk.shutdown(); // draws
 */
export class TerminalSpanExporter {
  readonly #options: TerminalSpanExporterOptions;
  #spans: SdkSpan[] = [];
  #left = 0;

  constructor(options: TerminalSpanExporterOptions = {}) {
    this.#options = options;
  }

  /** Keeps spans. The SDK calls it. */
  export(spans: readonly SdkSpan[], done: (result: { code: 0 }) => void): void {
    const room = Math.max(0, (this.#options.spans ?? 10_000) - this.#spans.length);
    this.#spans.push(...spans.slice(0, room));
    this.#left += Math.max(0, spans.length - room);
    done({ code: 0 });
  }

  /** Does nothing: a journey is drawn when it is whole. */
  async forceFlush(): Promise<void> {}

  /** Draws the journeys of the kept spans, by their start, and forgets the spans. */
  async shutdown(): Promise<void> {
    const { isTTY, columns } = process.stdout;
    const { write = writeToTerminal, ...options } = this.#options;
    const drawing = { width: columns, colour: isTTY && !process.env.NO_COLOR, ...options };
    const spans = this.#spans.map(readSdkSpan);
    this.#spans = [];
    for (const journey of buildJourneys(spans).journeys) write(drawJourney(journey, drawing));
    if (this.#left > 0) write(`${this.#left} more spans were not kept: see the option "spans".`);
    this.#left = 0;
  }
}

function writeToTerminal(text: string): void {
  // biome-ignore lint/suspicious/noConsole: this is what it is for. Unlike the stream itself, it bears a reader that is gone.
  console.log(`\n${text}`);
}
