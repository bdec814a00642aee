import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import * as fc from 'fast-check';
import type { FuzzedAdapter, Path } from './adapter.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { Failure, FuzzOptions, FuzzResult } from './fuzz-result.ts';
import { type HostileCase, hostileCase, sizeOfCase } from './hostile-case.ts';
import { describe } from './observed.ts';
import { miscounts, type OpenedSetup, openSetups } from './opened-setup.ts';
import type { SetupName } from './setups.ts';
import { Trial } from './trial.ts';

/** The most time of a message, in ms, for every 64 kB or part of them. */
const mostMs = 5;
const sizeUnit = 65_536;

/** How often a case that looks slow is tried again: another process may have taken the time. */
const mostTries = 12;

/** Takes random hostile cases through an adapter. Its Waybills are the same for all of its runs. */
export class AdapterFuzzer {
  readonly #adapter: FuzzedAdapter;
  readonly #setups: ReadonlyMap<SetupName, OpenedSetup>;
  #faults: Partial<Record<FaultKind, number>> = {};
  readonly #rejections: unknown[] = [];
  readonly #onRejection = (reason: unknown): void => void this.#rejections.push(reason);
  readonly #contexts = new AsyncLocalStorageContextManager();
  #slowest = { ms: 0, bytes: 0, path: '' };

  constructor(adapter: FuzzedAdapter) {
    this.#adapter = adapter;
    this.#setups = openSetups(adapter);
  }

  /** Runs cases. The same seed and number give the same ones. */
  async run(options: FuzzOptions): Promise<FuzzResult> {
    process.on('unhandledRejection', this.#onRejection);
    try {
      return await this.#run(options);
    } finally {
      process.off('unhandledRejection', this.#onRejection);
      context.disable();
    }
  }

  async #run({ cases, seed, replay }: FuzzOptions): Promise<FuzzResult> {
    this.#faults = {};
    this.#slowest = { ms: 0, bytes: 0, path: '' };
    const parameters = { seed, numRuns: cases, ...(replay !== undefined && { path: replay }) };
    const first = new Map<FaultKind, Fault & { readonly path: string }>();
    let done = 0;
    const { errorInstance } = await fc.check(
      fc.asyncProperty(hostileCase, async (input) => {
        done += 1;
        const { path, faults } = await this.#tryCase(input);
        for (const fault of faults) {
          this.#faults[fault.kind] = (this.#faults[fault.kind] ?? 0) + 1;
          if (!first.has(fault.kind)) first.set(fault.kind, { ...fault, path });
        }
      }),
      parameters,
    );
    if (errorInstance !== null) throw errorInstance;
    await this.#compareCounts(first);
    const failures: Failure[] = [];
    for (const fault of first.values()) failures.push(await this.#shrink(fault, parameters));
    return {
      adapter: this.#adapter.name,
      cases: done,
      faults: this.#faults,
      failures,
      slowest: this.#slowest,
    };
  }

  /** Compares the counts with the deliveries. A difference cannot be assigned to a case. */
  async #compareCounts(faults: Map<FaultKind, Fault & { readonly path: string }>): Promise<void> {
    for (const [name, opened] of this.#setups) {
      for (const text of await miscounts(opened, this.#adapter)) {
        faults.set('miscounted', { kind: 'miscounted', text, path: name });
        this.#faults.miscounted = (this.#faults.miscounted ?? 0) + 1;
      }
    }
  }

  /** Shrinks the first case with a fault. */
  async #shrink(
    fault: Fault & { readonly path: string },
    parameters: { readonly seed: number; readonly numRuns: number; readonly path?: string },
  ): Promise<Failure> {
    let last: Fault & { readonly path: string } = fault;
    const details = await fc.check(
      fc.asyncProperty(hostileCase, async (input) => {
        const { path, faults } = await this.#tryCase(input);
        const same = faults.find(({ kind }) => kind === fault.kind);
        if (same === undefined) return;
        last = { ...same, path };
        throw new Error(same.text);
      }),
      { ...parameters, interruptAfterTimeLimit: 60_000 },
    );
    const [input] = details.counterexample ?? [];
    return {
      ...last,
      adapter: this.#adapter.name,
      seed: parameters.seed,
      cases: parameters.numRuns,
      replay: details.counterexamplePath ?? undefined,
      input: input === undefined ? 'It needs the cases before it.' : fc.stringify(input),
    };
  }

  /** Takes one case through, again if it looks slow. */
  async #tryCase(input: HostileCase): Promise<{ readonly path: string; readonly faults: readonly Fault[] }> {
    const opened = this.#setups.get(input.setup);
    if (opened === undefined) throw new Error(`There is no setup ${input.setup}`);
    const { paths } = opened;
    const [name, path] = paths[input.path % paths.length] as [string, Path];
    const where = `${name}, ${input.setup}`;
    const bytes = sizeOfCase(input);
    const limit = mostMs * input.carriers.length * Math.ceil(Math.max(bytes, 1) / sizeUnit);
    const trial = await this.#once(input, opened, path);
    let { ms } = trial;
    for (let tries = 1; ms > limit && tries < mostTries; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10 * tries));
      ms = Math.min(ms, (await this.#once(input, opened, path)).ms);
    }
    if (ms > limit) trial.fault('slow', `${ms.toFixed(1)} ms for ${bytes} bytes`);
    for (let tries = 0; ms > this.#slowest.ms && tries < 3; tries++) {
      ms = Math.min(ms, (await this.#once(input, opened, path)).ms);
    }
    if (ms > this.#slowest.ms) this.#slowest = { ms, bytes, path: where };
    return { path: where, faults: trial.faults };
  }

  async #once(input: HostileCase, opened: OpenedSetup, path: Path): Promise<Trial> {
    const { setup } = opened;
    context.disable();
    if (setup.contexts) context.setGlobalContextManager(this.#contexts);
    const trial = new Trial(input, setup);
    await context.with(ROOT_CONTEXT, async () => {
      const span = setup.recorder?.tracerProvider.getTracer('application').startSpan('application');
      await trial.inContext(span, async () => {
        const before = context.active();
        try {
          await path(trial);
        } catch (error) {
          trial.fault('thrown', describe(error));
        }
        trial.finish();
        if (context.active() !== before) trial.fault('context leaked', 'another one is active');
      });
      span?.end();
    });
    opened.consumed += trial.consumed;
    opened.sent += trial.sentMessages;
    await new Promise(setImmediate);
    for (const reason of this.#rejections.splice(0)) trial.fault('unhandled rejection', describe(reason));
    const { recorder } = setup;
    if (recorder !== undefined && recorder.started !== recorder.ended) {
      trial.fault('span not ended', `${recorder.started} started, ${recorder.ended} ended`);
      recorder.started = recorder.ended;
    }
    return trial;
  }
}
