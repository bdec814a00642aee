import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildJourneys, readSpans } from '@waybill/journey';
import { drawPage } from '@waybill/journey/page';
import { findJourney, openSource } from '@waybill/journey/sources';
import { type BrowserPage, startBrowser } from './journey-page/browser.ts';

const usage = `Usage: pnpm journey-page [--id ID] [--from SOURCE] [--out FILE.png] [--dark] [--width PIXELS] [--details ID] [--measure]

Takes a picture of the page of a journey, by default the one in docs/journey, and of docs/journey/order-4711.jsonl.
--measure tells how long a page of 2,000 spans takes to draw, and Chromium to show. It needs chromium on the PATH, or CHROMIUM.`;

const { values } = parseArgs({
  options: {
    id: { type: 'string', default: 'order-4711' },
    from: { type: 'string', default: 'docs/journey/order-4711.jsonl' },
    out: { type: 'string', default: 'docs/journey/page.png' },
    dark: { type: 'boolean', default: false },
    width: { type: 'string', default: '1280' },
    details: { type: 'string', default: '' },
    measure: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-journey-page-'));
  const browser = await startBrowser(process.env.CHROMIUM ?? 'chromium');
  try {
    await (values.measure ? measure(browser, directory) : takePicture(browser, directory));
  } finally {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Takes a picture of all of the page, however long it is. */
async function takePicture(browser: BrowserPage, directory: string): Promise<void> {
  const { source } = await openSource(values.from);
  const found = await findJourney(source, values.id);
  if (found === undefined) throw new Error(`${values.from} has no journey ${values.id}.`);
  const page = join(directory, 'journey.html');
  await writeFile(page, drawPage(found.journey));
  const width = Number(values.width);
  const features = [{ name: 'prefers-color-scheme', value: values.dark ? 'dark' : 'light' }];
  await browser.send('Emulation.setEmulatedMedia', { features });
  await browser.send('Emulation.setDeviceMetricsOverride', {
    width,
    height: 700,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  await browser.open(`${pathToFileURL(page)}#${values.details}`);
  const height = await browser.evaluate('Math.ceil(document.documentElement.scrollHeight)');
  await browser.send('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  const { data } = await browser.send('Page.captureScreenshot', { format: 'png' });
  await writeFile(values.out, Buffer.from(String(data), 'base64'));
  console.log(`${values.out}: ${width} × ${height}`);
}

/** 2,000 spans, none of them like another, as rows that are like each other are drawn as one. */
async function measure(browser: BrowserPage, directory: string): Promise<void> {
  const [{ journey } = {}, drawing] = timed(() => {
    const { journeys } = buildJourneys(readSpans(manySpans()) ?? []);
    return { journey: journeys[0] };
  });
  if (journey === undefined) throw new Error('There is no journey in what was made for it.');
  const [text, page] = timed(() => drawPage(journey));
  const file = join(directory, 'journey.html');
  await writeFile(file, text);
  await browser.send('Emulation.setDeviceMetricsOverride', {
    width: 1280,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await browser.send('Performance.enable', { timeDomain: 'threadTicks' });
  for (let round = 1; round <= 3; round += 1) {
    const started = performance.now();
    await browser.open(String(pathToFileURL(file)));
    const shown = performance.now() - started;
    const busy = await busySeconds(browser);
    const rows = await browser.evaluate("document.querySelectorAll('.chart li').length");
    const clicked = await browser.evaluate(
      "(() => { const started = performance.now(); document.querySelectorAll('.name')[1000].click(); document.body.offsetHeight; return performance.now() - started; })()",
    );
    console.log(
      `read and joined in ${Math.round(drawing)} ms, drawn in ${Math.round(page)} ms (${Math.round(text.length / 1024)} kB); shown by Chromium in ${Math.round(shown)} ms, its main thread was busy for ${Math.round(1_000 * busy)} ms, ${rows} rows; details after a click in ${Math.round(Number(clicked))} ms`,
    );
  }
}

/** How long the main thread has been at work since the page was asked for, in s of the processor: on a machine that does other things, too, it tells more than a clock. */
async function busySeconds(browser: BrowserPage): Promise<number> {
  const { metrics } = await browser.send('Performance.getMetrics');
  const found = (metrics as { name: string; value: number }[]).find(({ name }) => name === 'TaskDuration');
  return found?.value ?? Number.NaN;
}

function timed<T>(run: () => T): [result: T, ms: number] {
  const started = performance.now();
  return [run(), performance.now() - started];
}

function manySpans(): object {
  const id = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
  const spans = Array.from({ length: 400 }, (_, trace) =>
    ['process', 'GET', 'SELECT', 'call', 'send'].map((verb, index) => {
      const start = (trace * 60_000 + index * 5) * 1e6;
      return {
        traceId: id(trace + 1, 32),
        spanId: id(index + 1, 16),
        parentSpanId: index === 0 ? '' : id(1, 16),
        name: `${verb} orders-${trace}`,
        kind: index === 0 ? 5 : index === 4 ? 4 : 3,
        startTimeUnixNano: String(1_767_268_800_000_000_000n + BigInt(start)),
        endTimeUnixNano: String(1_767_268_800_000_000_000n + BigInt(start + (index === 0 ? 40 : 4) * 1e6)),
        attributes: [
          { key: 'messaging.message.id', value: { stringValue: `m-${trace}` } },
          { key: 'waybill.relation.reason', value: { stringValue: 'late' } },
        ],
        links: index > 0 || trace === 0 ? [] : [{ traceId: id(trace, 32), spanId: id(5, 16) }],
      };
    }),
  ).flat();
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
}
