import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { createWaybill, type PolicyListener, type WaybillPolicy } from '@waybill/core';
import { type PolicyFromFileOptions, policyFromFile } from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();
const names = ['WAYBILL_POLICY_FILE', 'OTEL_CONFIG_FILE', 'PARTNER_TRUST', 'LINK_AFTER'];

beforeEach(unsetAll);
afterEach(unsetAll);

function unsetAll(): void {
  for (const name of names) delete process.env[name];
}

const configuration = `file_format: "1.1"
propagator:
  composite_list: tracecontext,baggage
instrumentation/development:
  js:
    waybill:
      policy:
        linkAfter: \${LINK_AFTER:-2m}
        spans: \${LINK_AFTER_SPANS:-true}
        queues:
          'kafka:partner-*':
            trust: "\${PARTNER_TRUST}"
`;

describe('policyFromFile', () => {
  it('reads the file that is named, before those of the environment', () => {
    process.env.WAYBILL_POLICY_FILE = '/no/file';
    const path = files.write('a.yaml', 'linkAfter: 3m');

    expect(policyFromFile({ path }).current).toEqual({ linkAfter: '3m' });
  });

  it('reads the file that WAYBILL_POLICY_FILE names, before that of OpenTelemetry', () => {
    process.env.WAYBILL_POLICY_FILE = files.write('a.yaml', 'linkAfter: 3m');
    process.env.OTEL_CONFIG_FILE = '/no/file';

    expect(policyFromFile().current).toEqual({ linkAfter: '3m' });
  });

  it('reads the policy in the file that OTEL_CONFIG_FILE names, with variables of the environment put in', () => {
    process.env.OTEL_CONFIG_FILE = files.write('otel.yaml', configuration);
    process.env.PARTNER_TRUST = 'untrusted';

    expect(policyFromFile().current).toEqual({
      linkAfter: '2m',
      spans: true,
      queues: { 'kafka:partner-*': { trust: 'untrusted' } },
    });
  });

  it('has an empty policy where nothing names a file, where the variables are empty, and where OpenTelemetry’s file says nothing of Waybill', () => {
    expect(policyFromFile().current).toEqual({});
    process.env.WAYBILL_POLICY_FILE = '';
    process.env.OTEL_CONFIG_FILE = files.write('otel.yaml', 'file_format: "1.1"\n');
    expect(policyFromFile({ watch: true }).current).toEqual({});
  });

  it('tells the place of a mistake in the file of OpenTelemetry', () => {
    process.env.OTEL_CONFIG_FILE = files.write('otel.yaml', configuration);
    process.env.PARTNER_TRUST = 'maybe';

    expect(() => policyFromFile()).toThrow(
      `${process.env.OTEL_CONFIG_FILE}:12:13: policy.queues["kafka:partner-*"].trust: "maybe" is unknown. Write 'trusted' or 'untrusted'.`,
    );
  });

  it('refuses a file that OpenTelemetry refuses', () => {
    process.env.OTEL_CONFIG_FILE = files.write(
      'otel.yaml',
      configuration.replace('composite_list', 'composite'),
    );

    expect(() => policyFromFile()).toThrow(
      /otel\.yaml: Invalid OpenTelemetry config file: \/propagator\/composite must be array/,
    );
  });

  it('takes what OTEL_CONFIG_FILE names for a file of OpenTelemetry, also where its version is missing', () => {
    process.env.OTEL_CONFIG_FILE = files.write('otel.yaml', configuration.replace(/^file_format.*\n/, ''));

    expect(() => policyFromFile()).toThrow(/otel\.yaml: Unsupported file_format: "undefined"/);
  });

  it('refuses what OTEL_CONFIG_FILE names where it is no file', () => {
    process.env.OTEL_CONFIG_FILE = files.directory;

    expect(() => policyFromFile()).toThrow(`${files.directory}: it is a directory.`);
  });

  it('gives way to nothing that the application says, and leaves the rest to it', () => {
    const path = files.write('a.yaml', 'queues:\n  orders: { linkAfter: 5s }\n');
    const waybill = createWaybill({
      policy: { linkAfter: '9s', queues: { orders: { linkAfter: '7s', retries: 'link' } } },
      policySource: policyFromFile({ path }),
    });

    expect(waybill.explain('orders', { age: '6s' }).consume.linkAfter).toBe(5);
    expect(waybill.explain('orders', { attempt: 2 }).consume.reason).toBe('retry');
    expect(waybill.explain('bills', { age: '6s' }).consume.linkAfter).toBe(9);
  });

  it.each<[unknown, string]>([
    [null, "options: null is not an object. Write { path: 'waybill.policy.yaml' }."],
    [{ file: 'a' }, 'options.file is not a known key. Use one of path, watch, watchInterval.'],
    [{ path: '' }, `options.path: the text "" is not the path of a file. Write 'waybill.policy.yaml'.`],
    [{ watch: 'yes' }, 'options.watch: the text "yes" is not true or false.'],
    [
      { watchInterval: 1 },
      'options.watchInterval: the number 1 is not a whole number of milliseconds from 10.',
    ],
  ])('refuses the options %j', (options, mistake) => {
    expect(() => policyFromFile(options as PolicyFromFileOptions)).toThrow(
      expect.objectContaining({
        code: 'WAYBILL_INVALID_OPTION',
        message: `policyFromFile: a mistake in its options\n  ${mistake} [WAYBILL_INVALID_OPTION]`,
      }),
    );
  });
});

/** Hears what a file that is watched says, one after the other. */
class Hearing implements PolicyListener {
  readonly #said: (WaybillPolicy | string)[] = [];
  #next: (() => void) | undefined;

  changed(policy: WaybillPolicy): [] {
    this.#say(policy);
    return [];
  }

  failed(error: unknown): void {
    this.#say(String(error));
  }

  /** The next that it says. */
  async next(): Promise<WaybillPolicy | string> {
    while (this.#said.length === 0) {
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
    return this.#said.shift() as WaybillPolicy | string;
  }

  /** What it has said since the last time. */
  take(): (WaybillPolicy | string)[] {
    return this.#said.splice(0);
  }

  #say(what: WaybillPolicy | string): void {
    this.#said.push(what);
    this.#next?.();
  }
}

describe('a file that is watched', () => {
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  function watch(path: string): Hearing {
    const hearing = new Hearing();
    stop = policyFromFile({ path, watch: true, watchInterval: 10 }).subscribe(hearing);
    return hearing;
  }

  /** Puts another file in the place of one, as a whole. */
  function exchange(path: string, content: string): void {
    renameSync(files.write('next', content), path);
  }

  it('is read again when it is written, when it is exchanged, and when it is back', async () => {
    const path = files.write('a.yaml', 'linkAfter: 1m');
    const hearing = watch(path);

    files.write('a.yaml', 'linkAfter: 20m');
    expect(await hearing.next()).toEqual({ linkAfter: '20m' });
    exchange(path, 'linkAfter: 3m');
    expect(await hearing.next()).toEqual({ linkAfter: '3m' });
    rmSync(path);
    expect(await hearing.next()).toMatch(/a\.yaml: there is no such file\./);
    exchange(path, 'linkAfter: 4m');
    expect(await hearing.next()).toEqual({ linkAfter: '4m' });
  });

  it('is followed where a symbolic link leads elsewhere, as with a ConfigMap of Kubernetes', async () => {
    symlinkSync(files.write('one.yaml', 'linkAfter: 1m'), join(files.directory, 'current'));
    const hearing = watch(join(files.directory, 'current'));

    symlinkSync(files.write('two.yaml', 'linkAfter: 2m'), join(files.directory, 'new'));
    renameSync(join(files.directory, 'new'), join(files.directory, 'current'));

    expect(await hearing.next()).toEqual({ linkAfter: '2m' });
  });

  it('is told of once where what it says stays the same', () => {
    jest.useFakeTimers();
    try {
      const path = files.write('a.yaml', 'linkAfter: 1m');
      const hearing = watch(path);
      const contents = [
        'linkAfter: 1m # for now',
        'linkAfter: soon',
        'linkAfter:    soon',
        'linkAfter: 2m',
        '{"linkAfter": "2m"}',
      ];
      const told = contents.map((content) => {
        exchange(path, content);
        jest.advanceTimersByTime(10);
        return hearing.take();
      });

      expect(told).toEqual([
        [],
        [
          expect.stringMatching(
            /^The policy file has a mistake\n {2}.*a\.yaml:1:1: policy\.linkAfter: "soon"/,
          ),
        ],
        [],
        [{ linkAfter: '2m' }],
        [],
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is read anew where it changed between its first reading and the watch', async () => {
    const path = files.write('a.yaml', 'linkAfter: 1m');
    const source = policyFromFile({ path, watch: true, watchInterval: 10 });
    exchange(path, 'linkAfter: 2m');
    const hearing = new Hearing();
    stop = source.subscribe(hearing);

    expect(await hearing.next()).toEqual({ linkAfter: '2m' });
  });

  it.each([
    [{ watch: true, watchInterval: 10 }, 10],
    [{ watch: true }, 5_000],
    [{ watchInterval: 10 }, undefined],
    [{}, undefined],
  ])('with the options %j is looked at after %s ms', (options, interval) => {
    jest.useFakeTimers();
    try {
      const path = files.write('a.yaml', 'linkAfter: 1m');
      const hearing = new Hearing();
      stop = policyFromFile({ path, ...options }).subscribe(hearing);
      exchange(path, 'linkAfter: 2m');

      jest.advanceTimersByTime((interval ?? 60_000) - 1);
      expect(hearing.take()).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(hearing.take()).toEqual(interval === undefined ? [] : [{ linkAfter: '2m' }]);
      stop();
      exchange(path, 'linkAfter: 3m');
      jest.advanceTimersByTime(60_000);
      expect(hearing.take()).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves the last good policy in force when it is broken, and says all mistakes in one warning', async () => {
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    diag.setLogger(
      {
        error: ignore,
        info: ignore,
        debug: ignore,
        verbose: ignore,
        warn: (...parts) => warnings.push(parts.join(' ')),
      },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    const path = files.write('a.yaml', 'linkAfter: 1m');
    const source = policyFromFile({ path, watch: true, watchInterval: 10 });
    const hearing = new Hearing();
    const waybill = createWaybill({
      policySource: {
        current: source.current,
        subscribe(listener) {
          stop = source.subscribe({
            changed: (policy) => {
              const mistakes = listener.changed(policy);
              hearing.changed(policy);
              return mistakes;
            },
            failed: (error) => {
              listener.failed(error);
              hearing.failed(error);
            },
          });
          return stop;
        },
      },
    });

    exchange(path, 'linkAfter: 2m');
    await hearing.next();
    exchange(path, 'linkAfter: soon\nspans: 1\nspans: 2\n');
    await hearing.next();
    exchange(path, 'linkAfter: soon\nspans: 1\n');
    await hearing.next();
    diag.disable();

    expect(waybill.explain('orders', { age: '90s' }).consume).toMatchObject({
      relation: 'parent',
      linkAfter: 120,
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /A new policy was refused.*\n.*\n.*a\.yaml:3:1: "spans" stands twice\. Leave one of them out\. \[WAYBILL_INVALID_POLICY_FILE\] \[WAYBILL_POLICY_REFUSED\]$/,
      ),
      expect.stringMatching(
        /A new policy was refused.*\n.*\n.*a\.yaml:1:1: policy\.linkAfter: .*\n.*a\.yaml:2:1: policy\.spans: .*$/,
      ),
    ]);
  });
});
