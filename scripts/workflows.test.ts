import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const workflows = globSync('.github/workflows/*.{yml,yaml}', { cwd: root });

interface Workflow {
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Permissions;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Permissions = string | Readonly<Record<string, string>>;

it('finds the workflows', () => {
  expect(workflows).toContain('.github/workflows/ci.yml');
});

it.each(globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root }))(
  '%s can be read, and asks something',
  (file) => {
    const template = parse(readFileSync(join(root, file), 'utf8'));
    expect(template.body ?? template.contact_links).not.toHaveLength(0);
  },
);

describe.each(workflows)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const workflow: Workflow = parse(text);
  const jobs = Object.entries(workflow.jobs);

  it('names every action by the whole hash of a commit, with its version beside it', () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, action = '']) => action);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('may do nothing but read, unless a job asks for more', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
  });

  it('runs no command in a job that may act as the project at the registry', () => {
    const privileged = jobs.filter(
      ([, { permissions }]) => permissions !== undefined && 'id-token' in Object(permissions),
    );
    const commands = privileged.flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));
    expect(commands.filter((command) => /\b(npx|pnpm|npm (ci|install|exec)|node) /.test(command))).toEqual(
      [],
    );
  });

  it('leaves no token in a checkout, and ends every job', () => {
    const checkouts = jobs.flatMap(([, { steps }]) =>
      steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
    );
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(jobs.filter(([, job]) => job['timeout-minutes'] === undefined)).toEqual([]);
  });
});
