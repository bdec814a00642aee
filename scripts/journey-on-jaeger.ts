import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { drawJourney } from '@waybill/journey';
import { findJourney, JaegerSource } from '@waybill/journey/sources';

const module = 'github.com/jaegertracing/jaeger/cmd/jaeger@v1.76.0';
const usage = `Usage: pnpm journey-on-jaeger [FILE]

Plays the demo's shop against a real Jaeger 2, and draws the journey of a late order from the trace of its consumer and from that of its
producer: they must be the same. FILE is Jaeger's program; without, it is built of its Go module (${module}), which takes
go and, the first time, ten to thirty minutes.`;

const [given] = process.argv.slice(2);
if (given?.startsWith('-')) console.log(usage);
else process.exitCode = (await playOn(given ?? (await builtJaeger()))) ? 0 : 1;

async function playOn(program: string): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-jaeger-run-'));
  const [otlp, query, grpc] = [await freePort(), await freePort(), await freePort()];
  const config = join(directory, 'jaeger.yaml');
  await writeFile(config, configuration(otlp, query, grpc));
  const jaeger = spawn(program, ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  jaeger.stderr.on('data', (chunk) => {
    log += chunk;
  });
  try {
    const url = `http://127.0.0.1:${query}`;
    await answers(`${url}/api/v3/services`, jaeger, () => log);
    const { consumer, producer } = playShop(`http://127.0.0.1:${otlp}`);
    const source = new JaegerSource(url);
    const [fromConsumer, fromProducer] = [await drawn(source, consumer), await drawn(source, producer)];
    console.log(fromConsumer);
    const isSame = fromConsumer === fromProducer;
    console.log(
      isSame
        ? `\nThe same from ${consumer} and from ${producer}.`
        : `\nAnother one from ${producer}:\n${fromProducer}`,
    );
    return isSame;
  } finally {
    jaeger.kill();
    if (jaeger.exitCode === null) await once(jaeger, 'exit');
    await rm(directory, { recursive: true, force: true });
  }
}

/** @returns the trace of a late order's consumer, and that of its producer. */
function playShop(otlp: string): { readonly consumer: string; readonly producer: string } {
  const demo = spawnSync(process.execPath, ['examples/demo/src/main.ts', '--json', '--otlp', otlp], {
    encoding: 'utf8',
  });
  if (demo.status !== 0) throw new Error(demo.stderr);
  const { messages } = JSON.parse(demo.stdout) as {
    messages: { relation: string; traceId: string; journeyId: string }[];
  };
  const late = messages.find(({ relation }) => relation === 'link');
  if (late === undefined) throw new Error('No order was late.');
  return { consumer: late.traceId, producer: late.journeyId };
}

/** The picture, once all of the journey can be read: Jaeger stores spans in batches. */
async function drawn(source: JaegerSource, traceId: string): Promise<string> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await setTimeout(200)) {
    const found = await findJourney(source, traceId);
    const spans = found?.journey.traces.flatMap((trace) => trace.spans.map(({ name }) => name)) ?? [];
    if (found !== undefined && spans.includes('POST /orders') && spans.includes('process invoices')) {
      return drawJourney(found.journey);
    }
  }
  throw new Error(`Jaeger does not have all of the journey of ${traceId} after 30 s.`);
}

async function answers(url: string, jaeger: ChildProcess, log: () => string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await setTimeout(100)) {
    if (jaeger.exitCode !== null) break;
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
  }
  throw new Error(`Jaeger does not answer at ${url}:\n${log().slice(-2_000)}`);
}

async function builtJaeger(): Promise<string> {
  const directory = join(tmpdir(), 'waybill-jaeger');
  const program = join(directory, 'jaeger');
  if (existsSync(program)) return program;
  await mkdir(directory, { recursive: true });
  for (const args of [
    ['mod', 'init', 'local/jaeger'],
    ['get', '-tool', module],
    ['build', '-o', program, '-ldflags=-s -w', module.replace(/@.*/, '')],
  ]) {
    const { status } = spawnSync('go', args, { cwd: directory, stdio: 'inherit' });
    if (status !== 0 && args[0] !== 'mod') throw new Error(`go ${args.join(' ')} failed.`);
  }
  return program;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function configuration(otlp: number, query: number, grpc: number): string {
  return `
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: { receivers: [otlp], processors: [batch], exporters: [jaeger_storage_exporter] }
  telemetry: { metrics: { level: none } }
extensions:
  jaeger_query:
    storage: { traces: memory }
    http: { endpoint: "127.0.0.1:${query}" }
    grpc: { endpoint: "127.0.0.1:${grpc}" }
  jaeger_storage: { backends: { memory: { memory: { max_traces: 1000 } } } }
receivers:
  otlp: { protocols: { http: { endpoint: "127.0.0.1:${otlp}" } } }
processors:
  batch:
exporters:
  jaeger_storage_exporter: { trace_storage: memory }
`;
}
