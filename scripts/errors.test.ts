import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: read(file) }));
const registry = 'packages/core/src/codes.ts';
const page = read('docs/errors.md');

/** The codes of Node.js and of npm that the page explains, too. */
const codesOfOthers = ['ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ECONNREFUSED', 'EBADENGINE'];

/** Codes that files say: in quotes, in brackets at the end of a text, or as the keys of texts. No environment variable is written so. */
function codesIn(text: string): string[] {
  return [...text.matchAll(/'(WAYBILL_[A-Z_]+)'|\[(WAYBILL_[A-Z_]+)\]|^ +(WAYBILL_[A-Z_]+): \(/gm)].map(
    ([, quoted, ending, key]) => quoted ?? ending ?? key ?? '',
  );
}

const entries = page
  .split(/^##+ /m)
  .map((section) => ({ code: section.slice(0, section.indexOf('\n')), text: section }))
  .filter(({ code }) => /^[A-Z_]+$/.test(code));

const said = new Set(sources.filter(({ file }) => file !== registry).flatMap(({ text }) => codesIn(text)));

describe('docs/errors.md', () => {
  it('has one entry for every code, and for no other', () => {
    expect(entries.map(({ code }) => code).sort()).toEqual([...said, ...codesOfOthers].sort());
  });

  it.each(entries)('says under $code what to do', ({ text }) => {
    expect(text).toMatch(/^\*\*What to do\.\*\* ?\S?/m);
  });
});

it('lists in core no code that nothing says', () => {
  expect(codesIn(read(registry)).filter((code) => !said.has(code))).toEqual([]);
});

it('tells codes in the documentation that there are', () => {
  const texts = [
    ...sources,
    ...globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).map((file) => ({
      file,
      text: read(file),
    })),
  ];
  const variables = ['WAYBILL_DISABLED', 'WAYBILL_POLICY_FILE'];
  const unknown = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/`(WAYBILL_[A-Z_]+)`|errors\.md#(waybill_[a-z_]+)/g)]
      .map(([, told, anchor]) => told ?? anchor?.toUpperCase() ?? '')
      .filter((code) => !said.has(code) && !variables.includes(code) && !code.endsWith('_URL'))
      .map((code) => `${file}: ${code}`),
  );
  expect(unknown).toEqual([]);
});

describe('every error and every report has a code', () => {
  /** Where an error is made without one, and why none is needed. */
  const without: Readonly<Record<string, string>> = {
    'packages/amqplib/src/trace-channel.ts': 'it ends the spans of messages whose channel is gone',
    'packages/amqplib/src/rascal/publication-session.ts':
      'it ends the spans of messages that rascal gives up',
    'packages/bullmq/src/outgoing-message.ts':
      'it leaves wrong input to the client, whose error it is to throw',
    'packages/kafkajs/src/publish.ts': 'it leaves wrong input to the client, whose error it is to throw',
    'packages/core/src/diagnostics/place-of-call.ts': 'it has a stack, and is not thrown',
    'packages/core/src/policy/decide-relation.ts': 'it is the detail of a report',
    'packages/core/src/waybill/create-environment.ts': 'it is the detail of a report',
    'packages/journey/src/readers/wire-reader.ts': 'it is what a request over HTTP is answered',
    'packages/journey/src/receiver/read-body.ts': 'it is what a request over HTTP is answered',
    'packages/policy-file/src/declarative-configuration.ts': 'it becomes a mistake of the file',
    'packages/auto/src/waybill-instrumentation.ts': 'it passes on what ClientTracing says',
    'packages/sqs/src/entry-error.ts': 'it is what SQS answered for a message',
    'packages/sqs/src/lambda-invocation.ts': 'it is what a handler answered for a message',
    'packages/testing/src/memory-broker/memory-broker-error.ts': 'it stands for what a broker answers',
    'packages/testing/src/recorded-spans/span-assertion-error.ts': 'it is an assertion that fails',
  };
  const made =
    /new (?:Type|Range)?Error\(|extends (?:Type|Range)?Error |diag\.(?:info|warn|error)\(|arn\(\s*[`']|emitWarning\(/g;
  const makers = sources
    .map(({ file, text }) => ({ file, text: text.replaceAll(/^ *(?:\/?\*|\/\/).*$/gm, '') }))
    .filter(({ file }) => !file.startsWith('packages/testing/src/conformance/'))
    .filter(({ text }) => text.search(made) !== -1);

  it.each(makers.filter(({ file }) => !(file in without)))('in $file', ({ text }) => {
    const statements = [...text.matchAll(made)].map(
      ({ index }) => text.slice(index).split(/;\n\n|\n {2,4}}\n/)[0],
    );
    expect(statements.filter((statement) => !/WAYBILL_[A-Z]|\bcode\b/.test(statement ?? ''))).toEqual([]);
  });

  it('and none is excused that is gone', () => {
    expect(Object.keys(without).filter((file) => !makers.some((maker) => maker.file === file))).toEqual([]);
  });
});
