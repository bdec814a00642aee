import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type DOMWindow, JSDOM, VirtualConsole } from 'jsdom';
import { anyText } from '../../test/any-text.ts';
import { makeSpan, traceId } from '../../test/make-span.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { safeText } from '../drawing/terminal-text.ts';
import { foldJourney } from '../fold/fold-journey.ts';
import { buildJourneys } from '../model/build-journeys.ts';
import type { Journey } from '../model/journey.ts';
import { readSpansFile } from '../sources/read-file.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { drawPage, type PageOptions } from './draw-page.ts';

const { spans: order } = await readSpansFile(
  join(import.meta.dirname, '../../../../docs/journey/order-4711.jsonl'),
);

function journeyOf(spans: readonly JourneySpan[] = []): Journey {
  const [journey] = buildJourneys(spans).journeys;
  if (journey === undefined) throw new Error('There is no journey in these spans.');
  return journey;
}

const { window: parsing } = new JSDOM();
const windows: DOMWindow[] = [parsing];
afterAll(() => {
  for (const window of windows) window.close();
});

/** The page, as a browser has it, with its script run. An error of the script is one of the test. */
function opened(spans: readonly JourneySpan[] = [], options?: PageOptions, hash = ''): Document {
  const virtualConsole = new VirtualConsole();
  virtualConsole.on('jsdomError', (error) => {
    throw error;
  });
  const { window } = new JSDOM(drawPage(journeyOf(spans), options), {
    runScripts: 'dangerously',
    url: `http://localhost/${hash}`,
    virtualConsole,
    beforeParse({ Element: { prototype } }) {
      // What jsdom has not, as it lays nothing out.
      prototype.scrollIntoView = () => undefined;
    },
  });
  windows.push(window);
  return window.document;
}

/** The page as text and elements only. That takes much less than a window of its own. */
function read(page: string): Document {
  return new parsing.DOMParser().parseFromString(page, 'text/html');
}

function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((each) => each.textContent?.trim() ?? '');
}

describe.each(Object.entries(journeysByName))('the page of %s', (_, spans) => {
  const document = opened(spans);

  it('has a band for each trace, and rows by service in it', () => {
    const { bands } = foldJourney(journeyOf(spans));
    expect(texts(document, '.band h2 code')).toEqual(bands.map(({ traceIds }) => traceIds[0]));
    const rows = bands.flatMap(({ lanes }) =>
      lanes.flatMap((lane) => lane.rows.map(({ name }) => [lane.service, name])),
    );
    const shown = [...document.querySelectorAll('.band li')].map((row) => [
      row.querySelector('.service')?.textContent,
      row.querySelector('.name')?.firstChild?.textContent?.trim(),
    ]);
    expect(shown).toEqual(rows);
  });

  it('tells the same in a table', () => {
    const shown = [...document.querySelectorAll('.band li')].map((row) =>
      row.querySelector('.name')?.firstChild?.textContent?.trim(),
    );
    expect(texts(document, '.table tbody th').map((text) => text.replace(/ ×\d+$/, ''))).toEqual(shown);
    expect(texts(document, '.table tbody td:nth-child(5)').filter((text) => text !== '')).toEqual(
      texts(document, '.waited'),
    );
  });

  it('has details for whatever can be clicked on, and every id once', () => {
    const named = [...document.querySelectorAll<HTMLElement>('[data-details], [data-for]')].map(
      ({ dataset }) => dataset.details ?? dataset.for ?? '',
    );
    const templates = new Set([...document.querySelectorAll('template')].map(({ id }) => id));
    expect([...new Set(named)].filter((id) => id !== '' && !templates.has(id))).toEqual([]);
    for (const template of document.querySelectorAll('template')) {
      for (const each of template.content.querySelectorAll<HTMLElement>('[data-goto], [data-include]')) {
        expect(templates).toContain(each.dataset.goto ?? each.dataset.include);
      }
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('can be used without eyes', () => {
    expect(document.documentElement.lang).toBe('en');
    expect(document.title).not.toBe('');
    expect(document.querySelectorAll('main, h1')).toHaveLength(2);
    for (const button of document.querySelectorAll('button')) {
      expect(button.getAttribute('aria-label') ?? button.textContent?.trim()).not.toBe('');
      expect(button.type).toBe('button');
    }
    for (const svg of document.querySelectorAll('svg')) {
      const isHidden = svg.closest('[aria-hidden="true"]') !== null;
      expect(
        isHidden || (svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label') !== null),
      ).toBe(true);
    }
    for (const region of document.querySelectorAll('[aria-labelledby]')) {
      expect(document.getElementById(region.getAttribute('aria-labelledby') ?? '')).not.toBeNull();
    }
  });
});

describe('what the picture shows', () => {
  const document = opened(order);

  it('is work beside waits of each kind, with how long they were', () => {
    expect(texts(document, '.sums p')).toEqual([
      '1 h 11 m from first to last',
      '202 ms at work',
      '1 h 10 m waiting',
    ]);
    expect(texts(document, '.legend li')).toEqual([
      'work, in the colour of the service',
      'wanted delay, at most 10 m',
      'in the queue, at most 1 h',
      'between attempts, at most 30 s',
      'child of its sender',
      'links to its sender',
    ]);
    const waits = [...document.querySelectorAll('.chart rect.wait')].map(({ classList }) => classList[1]);
    expect(waits).toEqual(['queue', 'backoff', 'queue', 'delay', 'queue']);
    expect(document.querySelectorAll('.chart rect.work')).toHaveLength(order.length);
    expect(document.querySelectorAll('.chart rect.failed')).toHaveLength(2);
  });

  it('is the reason and the rule of each decision, and what went wrong', () => {
    expect(texts(document, '.notes')).toEqual([
      'link: late, rule ordersqueue 1 hfailed: TimeoutError',
      'failed: TimeoutError',
      'link: late, rule ordersattempt 2backoff 30 s',
      'parent: freshqueue 26 ms',
      'parent: rule, rule receiptsdelay 10 m, queue 25 ms',
    ]);
  });

  it('is a line from each send to its handling, solid to a child and dashed to what links', () => {
    const lines = [...document.querySelectorAll('.ways line')];
    const ways = new Map(lines.map((line) => [line.getAttribute('data-way'), line.getAttribute('class')]));
    expect([...ways.values()]).toEqual(['link', 'link', 'parent', 'parent']);
  });

  it('is an axis that long waits are folded in', () => {
    const axis = document.querySelector('.axis');
    expect(texts(axis as Element, 'text.break')).toEqual(['1 h', '30 s', '10 m']);
    expect(axis?.querySelector('svg')?.getAttribute('aria-label')).toBe(
      'Time, from 0 to 1 h 11 m. Times in which nothing happens are drawn short: 1 h, 30 s, 10 m',
    );
    expect(opened(order, { trueScale: true }).querySelectorAll('text.break')).toHaveLength(0);
  });

  it('says what it leaves out, and what it is told of', () => {
    const spans = Array.from({ length: 30 }, (_, index) =>
      makeSpan(`work${index}`, { id: [1, index + 1], at: index }),
    );
    const shortened = opened(spans, { rows: 10, notes: ['3 links lead to ids that are none.'] });
    expect(shortened.querySelectorAll('.band li')).toHaveLength(10);
    expect(texts(shortened, 'header .problems li')).toEqual([
      '20 more rows are not drawn.',
      '3 links lead to ids that are none.',
    ]);
    const missing = opened(journeysByName['a missing middle']);
    expect(texts(missing, '.sums p')[3]).toBe('1 h of which no span and no wait tells');
    expect(texts(missing, '.note.problem')).toEqual(['◌ no handling found', '◌ sender not sampled']);
    const skewed = opened(journeysByName['a skewed clock']);
    expect(texts(skewed, 'header .problems li')[0]).toMatch(
      /^The clock of shop@north is at least 500 ms ahead/,
    );
  });
});

describe('a page', () => {
  it('asks for nothing, and has its own script and style only', () => {
    const text = drawPage(journeyOf(order));
    const document = read(text);
    const policy = document
      .querySelector('meta[http-equiv="Content-Security-Policy"]')
      ?.getAttribute('content');
    const hash = (tag: string): string => {
      const [content = ''] = texts(document, tag);
      const found = document.querySelector(tag)?.textContent ?? content;
      return `'sha256-${createHash('sha256').update(found).digest('base64')}'`;
    };
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash('script')}`,
      `style-src ${hash('style')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(document.querySelectorAll('script, style')).toHaveLength(2);
    for (const each of document.querySelectorAll('*')) {
      for (const { name, value } of each.attributes) {
        expect(name).not.toMatch(/^(?:on|style$|src|action$)/);
        if (name === 'href') expect(value).toBe('#chart');
      }
    }
    expect(text).not.toMatch(/@import|url\((?!#)/);
  });

  const hostile = fc.oneof(
    anyText,
    fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '</template><script>alert(1)</script>',
      '"><svg onload=alert(1)>',
      "' onclick='alert(1)",
      '</style></script><!--',
      '${alert(1)}',
      '\u202egnp.\u0000',
      '&lt;b&gt;',
    ),
  );

  it('has whatever spans say as text', () => {
    const documentOf = (text: string, owner: string): Document => {
      const spans = [
        makeSpan('send orders', { id: [1, 1], at: 0, service: owner }),
        {
          ...makeSpan('process orders', {
            id: [2, 1],
            at: 500,
            service: owner,
            links: [{ to: [1, 1], role: 'creation' as const }],
            attributes: {
              key: text,
              'waybill.relation': text,
              'waybill.relation.reason': text,
              'waybill.relation.rule': text,
              'messaging.message.id': text,
              'error.type': text,
              'waybill.journey.id': text,
            },
            status: 'ERROR' as const,
          }),
          name: owner,
          statusMessage: text,
        },
      ];
      return read(drawPage(journeyOf(spans)));
    };
    const tags = (root: ParentNode): string[] =>
      [...root.querySelectorAll('*')].flatMap((each) => [
        `${each.tagName} ${each.getAttributeNames().join()}`,
        ...('content' in each && each.tagName === 'TEMPLATE'
          ? tags((each as HTMLTemplateElement).content)
          : []),
      ]);
    const harmless = tags(documentOf('x', 'x'));
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, service, value) => {
        const document = documentOf(`x${value}`, `x${name}${service}`);
        expect(tags(document)).toEqual(harmless);
        const [row] = [...document.querySelectorAll('.name')].slice(-1);
        expect(row?.firstChild?.textContent).toBe(safeText(`x${name}${service}`).replace(/\r\n?/g, '\n'));
      }),
      { numRuns: 20 },
    );
  });

  it('holds no more text than it may, whatever spans have as attributes', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`key${index}`, 'x'.repeat(4_000)]),
    );
    const spans = Array.from({ length: 300 }, (_, index) =>
      makeSpan(`work${index}`, { id: [1, index + 1], at: index, attributes }),
    );
    expect(drawPage(journeyOf(spans)).length).toBeLessThan(10_000_000);
  });

  it('is drawn of a chain of twelve thousand spans', () => {
    const spans = Array.from({ length: 12_000 }, (_, index) =>
      makeSpan(`turn${index}`, { id: [1, index + 1], parent: index, at: index }),
    );
    expect(drawPage(journeyOf(spans))).toContain('10000 more rows are not drawn.');
  });
});

describe('in the browser', () => {
  const press = (document: Document, key: string): void => {
    const target = document.activeElement ?? document.body;
    const { KeyboardEvent } = document.defaultView as Window & typeof globalThis;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  };
  const click = (element: Element | null | undefined): void => {
    if (element === null || element === undefined) throw new Error('There is nothing to click on.');
    const { MouseEvent } = element.ownerDocument.defaultView as Window & typeof globalThis;
    element.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  };
  const focused = (document: Document): string | undefined =>
    document.activeElement?.firstChild?.textContent ?? undefined;

  it('a click on a wait shows what it was for, between what, and of which message', () => {
    const document = opened(order);
    const panel = document.getElementById('details') as HTMLElement;
    expect(panel.hidden).toBe(true);
    click(document.querySelector('rect.wait.delay'));
    expect(panel.hidden).toBe(false);
    expect(texts(panel, '.kind, h2')).toEqual(['wait', 'Waited 10 m']);
    expect(texts(panel, 'dd').slice(0, 3)).toEqual(['10 m', '25 ms', 'send receipts · billing']);
    expect(texts(panel, 'dd')).toContain('receipt-12');
    expect(document.getElementById('status')?.textContent).toBe('Details: Waited 10 m');
    click(panel.querySelector('.close'));
    expect(panel.hidden).toBe(true);
  });

  it('a click on a link shows the decision, why it was taken, and both ends', () => {
    const document = opened(order);
    click(document.querySelector('button.link'));
    const panel = document.getElementById('details') as HTMLElement;
    expect(texts(panel, 'h2')).toEqual(['Links to its sender']);
    expect(texts(panel, 'dd').slice(0, 6)).toEqual([
      'link',
      'lateThe message was older than its rule allows for a child, so a new trace began, with a link back.',
      'orders',
      '1 h',
      'send orders · shop',
      'process orders · billing',
    ]);
    expect(document.querySelectorAll('.ways line.on').length).toBeGreaterThan(1);
    click(panel.querySelector('.goto'));
    expect(focused(document)).toBe('send orders');
    expect(texts(panel, 'h2')).toEqual(['send orders']);
  });

  it('a click on a message shows its span, attributes and links', () => {
    const document = opened(order);
    click(
      [...document.querySelectorAll('.name')].filter((each) =>
        each.textContent?.startsWith('process orders'),
      )[1],
    );
    const panel = document.getElementById('details') as HTMLElement;
    expect(texts(panel, '.kind, h2, h3')).toEqual([
      'consumer',
      'process orders',
      'Links',
      'Attributes',
      'Find it',
    ]);
    expect(texts(panel, 'dt')).toEqual(
      expect.arrayContaining(['Service', 'Worked', 'the attempt before', 'messaging.message.id']),
    );
  });

  it('queries are copied, or selected where the browser does not let a page copy', async () => {
    const document = opened(order);
    const window = document.defaultView as Window & typeof globalThis;
    const copied: string[] = [];
    const clipboard = { writeText: async (text: string) => void copied.push(text) };
    Object.defineProperty(window.navigator, 'clipboard', { value: clipboard, configurable: true });
    click(document.querySelector('[data-details="journey"]'));
    const [jaeger, tempo] = document.querySelectorAll('#details [data-copy]');
    click(tempo);
    click(jaeger);
    await new Promise((resolve) => window.setTimeout(resolve));
    expect(copied).toEqual([
      '{ span.waybill.journey.id = "4bf92f3577b34da6a3ce929d0e0e4736" }',
      expect.stringMatching(/^\/search\?service=shop&tags=%7B%22waybill\.journey\.id%22/),
    ]);
    expect(jaeger?.textContent).toBe('Copied');
    clipboard.writeText = () => Promise.reject(new Error('not allowed'));
    click(tempo);
    await new Promise((resolve) => window.setTimeout(resolve));
    expect(String(document.getSelection())).toBe(copied[0]);
  });

  it('arrow keys move between rows and what they tell, with one stop for the tab key', () => {
    const document = opened(order);
    const stops = (): (string | undefined)[] =>
      [...document.querySelectorAll('.chart [tabindex="0"]')].map(
        (each) => each.firstChild?.textContent ?? undefined,
      );
    expect(stops()).toEqual(['POST /orders']);
    (document.querySelector('.chart [tabindex="0"]') as HTMLElement).focus();
    const path = [
      'ArrowDown',
      'ArrowDown',
      'ArrowDown',
      'ArrowRight',
      'ArrowRight',
      'ArrowUp',
      'ArrowUp',
      'End',
      'Home',
    ].map((key) => {
      press(document, key);
      return document.activeElement?.className.replace(/^note /, '') === 'name'
        ? focused(document)
        : document.activeElement?.textContent;
    });
    expect(path).toEqual([
      'INSERT orders',
      'send orders',
      'process orders',
      'link: late, rule orders',
      'queue 1 h',
      'process orders',
      'send orders',
      'process receipts',
      'POST /orders',
    ]);
    expect(stops()).toEqual(['POST /orders']);
  });

  it('Escape closes the details, and goes back to where they were opened', () => {
    const document = opened(order);
    const wait = document.querySelector<HTMLElement>('button.waited');
    wait?.focus();
    click(wait);
    expect(wait?.getAttribute('aria-current')).toBe('true');
    document.getElementById('details')?.focus();
    press(document, 'Escape');
    expect(document.getElementById('details')?.hidden).toBe(true);
    expect(document.activeElement).toBe(wait);
  });

  it('an address may name details', () => {
    expect(texts(opened(order, {}, '#r3w'), '#details h2')).toEqual(['Waited 1 h']);
  });

  it('of many messages, the details name the first', () => {
    const document = opened(journeysByName['a thousand messages']);
    click(document.querySelector('button.waited'));
    expect(texts(document, '#details h2, #details h3')).toEqual([
      'waited 10 ms to 1 s, median 510 ms',
      'The first 20 of them',
    ]);
    expect(document.querySelectorAll('#details tbody tr')).toHaveLength(20);
    click(document.querySelector('button.parent'));
    expect(texts(document, '#details .kind')).toEqual(['1000 messages']);
  });

  it('tells why a sender is missing', () => {
    const document = opened(journeysByName['a missing middle']);
    click(document.querySelector('button.link'));
    expect(texts(document, '#details dd')).toEqual(
      expect.arrayContaining([`span 0000000000000005 ${traceId(2)}`, expect.stringMatching(/^not sampled/)]),
    );
  });
});
