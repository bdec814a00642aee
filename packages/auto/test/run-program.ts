import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Attributes, SpanContext } from '@opentelemetry/api';

/** A span as `telemetry.cjs` writes it. */
export interface WrittenSpan {
  readonly name: string;
  readonly kind: number;
  readonly scope: { readonly name: string; readonly version?: string };
  readonly context: SpanContext;
  readonly parent?: SpanContext;
  readonly attributes: Attributes;
  readonly links: readonly { readonly context: SpanContext; readonly attributes?: Attributes }[];
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly status: { readonly code: number };
}

/** What a program did. */
export interface Ran {
  readonly spans: readonly WrittenSpan[];
  /** What was said through `diag`. */
  readonly warnings: readonly string[];
  readonly stderr: string;
  readonly [more: string]: unknown;
}

/** Runs a program of this folder with Node.js, behind an SDK that records. What it has to say it says by `report` of `telemetry.cjs`. */
export async function runProgram(
  nodeOptions: readonly string[],
  program: string,
  parameters: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--disable-warning=TimeoutNegativeWarning',
      '--import',
      './telemetry.cjs',
      ...nodeOptions,
      program,
      ...parameters,
    ],
    {
      cwd: join(import.meta.dirname),
      env: { ...process.env, NODE_OPTIONS: '', KAFKAJS_NO_PARTITIONER_WARNING: '1', ...environment },
    },
  );
  return { ...JSON.parse(stdout), stderr };
}
