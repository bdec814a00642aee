import { spawnSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mistakenPolicies, rightPolicies } from '@waybill/policy-tables';
import { checkPolicyFile, loadPolicy } from '../src/index.ts';
import { mistakesIn, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

describe('a policy file', () => {
  it('is YAML', () => {
    const path = files.write(
      'waybill.policy.yaml',
      `# Who runs the service owns this.
linkAfter: 5m
queues:
  orders: { relation: parent }
  'kafka:partner-*':
    trust: untrusted
    baggage:
      accept: [tenant.id]
  reports.*: &quiet
    spans: false
  bills.*: *quiet
`,
    );

    expect(checkPolicyFile(path)).toMatchObject({
      mistakes: [],
      policy: {
        linkAfter: '5m',
        queues: {
          orders: { relation: 'parent' },
          'kafka:partner-*': { trust: 'untrusted', baggage: { accept: ['tenant.id'] } },
          'reports.*': { spans: false },
          'bills.*': { spans: false },
        },
      },
    });
  });

  it.each(rightPolicies)('is JSON: %j', (policy) => {
    const path = files.write(
      'waybill.policy.json',
      JSON.stringify({ $schema: './schema.json', ...policy }, null, '\t'),
    );

    expect(loadPolicy(path)).toEqual(policy);
  });

  it('may begin with a byte order mark, and have lines of Windows', () => {
    expect(loadPolicy(files.write('a.yaml', '\uFEFFlinkAfter: 1m\r\nspans: false\r\n'))).toEqual({
      linkAfter: '1m',
      spans: false,
    });
  });

  it.each(mistakenPolicies)('with the mistake $message', ({ policy, message }) => {
    if (policy === null) return;
    const [mistake = '', ...others] = mistakesIn(files, JSON.stringify(policy));

    expect(others).toEqual([]);
    expect(mistake).toMatch(/^1:\d+: policy/);
    // A file has neither functions nor propagators, so none is offered.
    const text = mistake.replace(/^1:\d+: /, '');
    expect(text).toBe(
      message
        .replace(" 'ambient', 'none' or a function that returns one of them.", " 'ambient' or 'none'.")
        .replace(', propagator,', ','),
    );
  });

  it('tells every mistake at once, by its place', () => {
    expect(
      mistakesIn(
        files,
        `queues:
  orders:
    relation: child
    baggage:
      accept: tenant.id
  'bills': parent
linkAfter: soon
spans: no
colour: red
`,
      ),
    ).toEqual([
      `3:5: policy.queues["orders"].relation: "child" is unknown. Write 'auto', 'parent', 'link', 'ambient' or 'none'.`,
      `5:7: policy.queues["orders"].baggage.accept: "tenant.id" is not a list of baggage keys. Write ['tenant.id', 'user.*'].`,
      `6:3: policy.queues["bills"]: "parent" is not an object. Write { linkAfter: '1m' }, for instance.`,
      `7:1: policy.linkAfter: "soon" is not a duration. Write '500ms', '30s', '1m', '2h', '7d' or a number of milliseconds, zero or more.`,
      '8:1: policy.spans: "no" is unknown. Write true or false.',
      '9:1: policy.colour is not a known key; its value is "red". Use one of queues, enabled, relation, linkAfter, late, retries, ageFrom, trust, baggage, spans, propagate, unsampled, accept, envelope, name, carrier.',
    ]);
  });

  it('finds the place of a mistake behind an alias', () => {
    expect(
      mistakesIn(files, 'queues:\n  orders: &rule\n    trust: maybe\n  bills: *rule\n').map((text) =>
        text.slice(0, 22),
      ),
    ).toEqual(['3:5: policy.queues["or', '3:5: policy.queues["bi']);
  });

  it('tells 100 mistakes at most', () => {
    const told = mistakesIn(files, Array.from({ length: 250 }, (_, index) => `key${index}: 1`).join('\n'));

    expect(told.length).toBe(101);
    expect(told.at(-1)).toBe('there are 150 more mistakes.');
  });
});

describe('what is no policy file', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', "it is empty. Write 'linkAfter: 1m', for instance."],
    ['a file of comments', '# linkAfter: 1m\n', "it is empty. Write 'linkAfter: 1m', for instance."],
    [
      'UTF-16',
      Buffer.from('\uFEFFlinkAfter: 1m', 'utf16le'),
      'line 1 is not text in UTF-8. Save the file in UTF-8.',
    ],
    [
      'Latin 1',
      Buffer.from('linkAfter: 1m\n# für\n', 'latin1'),
      'line 2 is not text in UTF-8. Save the file in UTF-8.',
    ],
    [
      'a list',
      '- orders\n',
      `1:1: policy: ["orders"] is not an object. Write { linkAfter: '1m' }, for instance.`,
    ],
    [
      'a text',
      'orders\n',
      `1:1: policy: "orders" is not an object. Write { linkAfter: '1m' }, for instance.`,
    ],
    [
      'an alias of itself',
      'queues: &all\n  orders: *all\n',
      '2:11: *all stands inside of &all, so it would have no end.',
    ],
    ['an alias of nothing', 'queues: *all\n', '1:9: there is no anchor &all before this alias.'],
    [
      'a key that stands twice',
      'spans: true\nspans: false\n',
      '2:1: "spans" stands twice. Leave one of them out.',
    ],
    [
      'a queue that stands twice',
      '{"queues": {"orders": {}, "orders": {"spans": false}}}',
      '1:27: "orders" stands twice. Leave one of them out.',
    ],
    [
      'a pattern without quotes',
      'queues:\n  *-dlq: { spans: false }\n',
      "2:3: a key is a text. If it is a name or a pattern, put it in quotes, as in '*-orders'.",
    ],
    ['tabs', 'queues:\n\torders: {}\n', '2:1: Tabs are not allowed as indentation.'],
    [
      'two documents',
      'spans: true\n---\nspans: false\n',
      '2:1: there is more than one document. Leave out what stands from here on.',
    ],
    [
      'JSON that is cut off',
      '{"queues": {',
      '1:13: Flow map in block collection must be sufficiently indented and end with a }.',
    ],
    [
      'a tag of a programming language',
      'relation: !!js/function "() => 1"\n',
      "1:11: Unresolved tag: tag:yaml.org,2002:js/function. If it is a name or a pattern, put it in quotes, as in '!-orders'.",
    ],
    [
      'a prototype',
      '{"__proto__": {"spans": false}}',
      '1:2: policy.__proto__ is not a known key; its value is {"spans":false}. Use one of queues, enabled, relation, linkAfter, late, retries, ageFrom, trust, baggage, spans, propagate, unsampled, accept, envelope, name, carrier.',
    ],
  ])('is refused: %s', (_case, text, mistake) => {
    expect(mistakesIn(files, text)).toEqual([mistake]);
  });

  it.each<[string, () => string, RegExp]>([
    ['a file that is not there', () => join(files.directory, 'no.yaml'), /^there is no such file\. /],
    ['a file below a file', () => join(files.write('a', 'b'), 'c'), /^there is no such file\. /],
    ['a directory', () => files.directory, /^it is a directory\. /],
    ['a device', () => '/dev/zero', /^it is not a file\. /],
    ['a pipe, into which nothing is written', pipe, /^it is not a file\. /],
    ['a link to itself', loop, /^it cannot be read: ELOOP/],
    ['no path', () => '', /^there is no such file\. /],
    ['a path with a zero byte', () => 'a\0b', /^it cannot be read: /],
    ['50 MB', large, /^it has 50000000 bytes, more than 256 KiB\. /],
  ])('is refused, and not waited for: %s', (_case, path, mistake) => {
    expect(checkPolicyFile(path()).mistakes).toEqual([
      { line: undefined, column: undefined, message: expect.stringMatching(mistake) },
    ]);
  });

  function pipe(): string {
    const path = join(files.directory, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    return path;
  }

  function loop(): string {
    const path = join(files.directory, 'loop');
    symlinkSync(path, path);
    return path;
  }

  function large(): string {
    const path = files.write('large.yaml', '');
    truncateSync(path, 50_000_000);
    return path;
  }
});

describe('loadPolicy', () => {
  it('throws one error with every mistake, and where it stands', () => {
    const path = files.write('waybill.policy.yaml', 'linkAfter: soon\nspans: 1\n');

    expect(() => loadPolicy(path)).toThrow(
      expect.objectContaining({
        name: 'WaybillError',
        code: 'WAYBILL_INVALID_POLICY_FILE',
        message: `The policy file has 2 mistakes
  ${path}:1:1: policy.linkAfter: "soon" is not a duration. Write '500ms', '30s', '1m', '2h', '7d' or a number of milliseconds, zero or more.
  ${path}:2:1: policy.spans: 1 is unknown. Write true or false. [WAYBILL_INVALID_POLICY_FILE]`,
      }),
    );
  });

  it('says which file is not there', () => {
    expect(() => loadPolicy('/no/waybill.policy.yaml')).toThrow(
      'The policy file has a mistake\n  /no/waybill.policy.yaml: there is no such file. Create it, or correct the path.',
    );
  });
});
