import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { adapters } from './adapters/index.ts';
import { AdapterFuzzer } from './fuzz-adapter.ts';
import { type SlowShape, slowShapes } from './linear-time.ts';
import type { Answer, ShapesTask, Task } from './worker-pool.ts';

/** A process that fuzzes what it is asked for. Its Waybills live as long as it does, to see what they keep. */
const fuzzers = new Map<string, AdapterFuzzer>();

process.on('message', async (message) => {
  const task = message as Task | ShapesTask;
  process.send?.('header' in task ? await findShapes(task) : await fuzz(task));
});

async function fuzz(task: Task): Promise<Answer> {
  const adapter = adapterOf(task);
  const fuzzer = fuzzers.get(adapter.name) ?? new AdapterFuzzer(adapter);
  fuzzers.set(adapter.name, fuzzer);
  const result = await fuzzer.run(task);
  globalThis.gc?.();
  return { result, heap: process.memoryUsage().heapUsed };
}

async function findShapes(task: ShapesTask): Promise<readonly SlowShape[]> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  return slowShapes(adapterOf(task), task.header);
}

function adapterOf({ adapter }: { readonly adapter: string }): (typeof adapters)[number] {
  const found = adapters.find(({ name }) => name === adapter);
  if (found === undefined) throw new Error(`There is no adapter ${adapter}`);
  return found;
}
