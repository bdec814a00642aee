import { JourneySourceError, reasonOf } from './source-error.ts';

/** How a source is asked over HTTP. */
export interface HttpOptions {
  /** Headers of every request, such as `Authorization`, or `X-Scope-OrgID` of Tempo. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** In ms, for one answer. Default 30,000. */
  readonly timeout?: number | undefined;

  /** The most bytes of one answer. Default 64 MiB. */
  readonly answerBytes?: number | undefined;
}

/** Asks one server for JSON. */
export class HttpJson {
  readonly #base: URL;
  readonly #options: HttpOptions;

  /** @throws {JourneySourceError} where `base` is no URL of HTTP, or has credentials in it. */
  constructor(base: string, options: HttpOptions = {}) {
    const url = URL.canParse(base) ? new URL(base) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new JourneySourceError(
        `${JSON.stringify(base)} is no URL of HTTP. Write it in full, such as http://localhost:16686.`,
      );
    }
    if (url.username !== '' || url.password !== '') {
      throw new JourneySourceError(
        `The URL at ${url.host} holds a name or a password, which is shown wherever the URL is. Send a header instead: 'Authorization: Basic ...'.`,
      );
    }
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    this.#base = url;
    this.#options = options;
  }

  /**
   * @param path below the base, without a slash before it.
   * @returns the document; `undefined` where there is none of that path (404), or what is there is no JSON.
   * @throws {JourneySourceError} for any other answer, or none.
   */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const { headers, timeout = 30_000 } = this.#options;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(url, {
        headers: { accept: 'application/json', ...headers },
        // The headers are for this server alone.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      });
      text = await this.#textOf(answer, url);
    } catch (error) {
      if (error instanceof JourneySourceError) throw error;
      throw new JourneySourceError(
        `${url.origin} does not answer: ${reasonOf(error)}. Is it there, and is the URL right?`,
        {
          cause: error,
        },
      );
    }
    const location = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && location !== null) {
      throw new JourneySourceError(
        `${url.origin} answers ${url.pathname} with another address, ${JSON.stringify(location.slice(0, 300))}. Name that server, if it is yours: no other one is asked.`,
      );
    }
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new HttpStatusError(url, answer.status, text);
    return parsed(text);
  }

  async #textOf(answer: Response, url: URL): Promise<string> {
    const { answerBytes = 64 * 1024 * 1024 } = this.#options;
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > answerBytes) {
        throw new JourneySourceError(
          `${url.origin} answers ${url.pathname} with more than ${answerBytes} bytes. Search a shorter time, or fewer traces.`,
        );
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }
}

/** An answer that tells of an error. */
export class HttpStatusError extends JourneySourceError {
  readonly status: number;

  constructor(url: URL, status: number, text: string) {
    const hint = status === 401 || status === 403 ? ' It wants a header that you may come in with.' : '';
    super(`${url.origin} answers ${url.pathname} with ${status}: ${text.slice(0, 300).trim()}.${hint}`);
    this.status = status;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
