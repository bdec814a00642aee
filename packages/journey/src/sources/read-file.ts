import { createReadStream } from 'node:fs';
import { readSpans } from '../readers/read-spans.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { JourneySourceError, reasonOf } from './source-error.ts';

/** How much of a file is read. */
export interface FileLimits {
  /** The most characters of one document: a file, or a line of JSON lines. Default 64 Mi. */
  readonly documentLength?: number | undefined;

  /** The most characters of the file. Default 512 Mi. */
  readonly length?: number | undefined;

  /** The most spans. Default 200,000. */
  readonly spans?: number | undefined;

  /** The most links of all spans together. Default 1,000,000. */
  readonly links?: number | undefined;
}

/** The spans of a file, and what of it could not be read. */
export interface ReadFile {
  readonly spans: readonly JourneySpan[];

  /** How many lines are no JSON, or none with spans. The last one of a file that is being written may be cut. */
  readonly unreadLines: number;
}

/**
 * Reads a file of spans: JSON lines, as the collector's file exporter writes them, or one document of what {@link readSpans} takes.
 *
 * @throws {JourneySourceError} where it cannot be read, has no spans, or is over the limits.
 */
export async function readSpansFile(path: string, limits: FileLimits = {}): Promise<ReadFile> {
  const { documentLength = 64 * 1024 * 1024, length: fileLength = 512 * 1024 * 1024 } = limits;
  const reader = new DocumentReader(path, limits);
  let read = 0;
  let lines: string[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const text = read === 0 ? String(chunk).replace(byteOrderMark, '') : String(chunk);
      const parts = text.split('\n');
      read += String(chunk).length;
      if (read > fileLength) throw tooMuch(path, fileLength, 'characters');
      for (const [index, part] of parts.entries()) {
        lines.push(part);
        length += part.length + 1;
        if (length > documentLength) {
          throw new JourneySourceError(
            `${path} has a document, or a line, of more than ${documentLength} characters. Export fewer traces to a file, or use JSON lines.`,
          );
        }
        if (index < parts.length - 1 && reader.endLine(lines, length > 1)) {
          lines = [];
          length = 0;
        } else if (index < parts.length - 1) lines.push('\n');
      }
    }
  } catch (error) {
    if (error instanceof JourneySourceError) throw error;
    throw new JourneySourceError(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  return reader.end(lines.join(''));
}

/** Finds out by the first line whether each line is a document, or the file is one. */
class DocumentReader {
  readonly #path: string;
  readonly #mostSpans: number;
  readonly #mostLinks: number;
  readonly #spans: JourneySpan[] = [];
  #isOfLines: boolean | undefined;
  #unreadLines = 0;
  #links = 0;

  constructor(path: string, { spans = 200_000, links = 1_000_000 }: FileLimits) {
    this.#path = path;
    this.#mostSpans = spans;
    this.#mostLinks = links;
  }

  /** @returns whether the line is done with; `false` where it is a part of what comes. */
  endLine(parts: readonly string[], isFilled: boolean): boolean {
    if (this.#isOfLines === false) return false;
    if (!isFilled) return true;
    const document = parsed(parts.join(''));
    // A first line that is JSON is a document of its own, though it may be one of metrics or logs.
    this.#isOfLines ??= document !== undefined;
    if (this.#isOfLines && !this.#read(document)) this.#unreadLines += 1;
    return this.#isOfLines;
  }

  end(rest: string): ReadFile {
    if (rest.trim() !== '' && !this.#read(parsed(rest))) {
      if (this.#isOfLines !== true) throw new JourneySourceError(`${this.#path} ${problemOf(rest)}`);
      this.#unreadLines += 1;
    }
    if (this.#spans.length === 0) {
      const problem = this.#unreadLines > 0 ? unknownSpans : 'has no spans in it. Was the exporter flushed?';
      throw new JourneySourceError(`${this.#path} ${problem}`);
    }
    return { spans: this.#spans, unreadLines: this.#unreadLines };
  }

  #read(document: unknown): boolean {
    const spans = readSpans(document);
    if (spans === undefined) return false;
    for (const span of spans) {
      this.#spans.push(span);
      this.#links += span.links.length;
    }
    if (this.#spans.length > this.#mostSpans) throw tooMuch(this.#path, this.#mostSpans, 'spans');
    if (this.#links > this.#mostLinks) throw tooMuch(this.#path, this.#mostLinks, 'links');
    return true;
  }
}

const unknownSpans =
  "holds no spans that are known. It may be OTLP in JSON or in JSON lines, or what Jaeger's or Tempo's API or page exports.";

/** Windows programs begin files of UTF-8 with it. */
const byteOrderMark = /^\ufeff/;

function tooMuch(path: string, most: number, what: string): JourneySourceError {
  return new JourneySourceError(
    `${path} has more than ${most} ${what}. Leave out what is not of the journey, such as other times.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${reasonOf(error).slice(0, 200)}`;
  }
  return unknownSpans;
}
