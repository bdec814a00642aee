import { expect, it } from '@jest/globals';
import { differenceOf, readProgram } from './readme-program.ts';

const page = `# Waybill

\`\`\`sh
npm install @waybill/core
\`\`\`

\`\`\`ts no_run
createWaybill('no program');
\`\`\`

\`\`\`ts
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  createWaybill,
  type Waybill,
} from '@waybill/core';

const waybill: Waybill = createWaybill({});
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders';
console.log(await Promise.resolve([QueueUrl, new SQSClient({}), waybill]));
\`\`\`

\`\`\`text output
journey 19ba17625143109d8b4ec3870f2441aa
 shop send orders  ███ 186 ms
\`\`\`

\`\`\`ts
createWaybill('second');
\`\`\`
`;
const program = readProgram('README.md', page, 'http://localhost:1');

it('takes the first program that says what it prints, in each form that users write', () => {
  expect(program.typescript).toContain('const waybill: Waybill =');
  expect(program.typescript).toContain("'http://localhost:1/000000000000/orders'");
  expect(program.typescript).not.toMatch(/no program|second/);
  expect(program.esModule).toMatch(/const waybill *= createWaybill/);
  expect(program.commonJs).toContain('require("@waybill/core")');
  expect(program.imports).toEqual(['@aws-sdk/client-sqs', '@waybill/core']);
});

it('has every await in a function where modules have none', () => {
  const { wrapped } = program;

  expect(wrapped).toMatch(
    /^import .* from '@aws-sdk\/client-sqs';\nimport \{\n[^}]*\} from '@waybill\/core';\n/,
  );
  expect(wrapped.indexOf('await')).toBeGreaterThan(wrapped.indexOf('async function main()'));
  expect(wrapped.match(/^import /gm)).toHaveLength(2);
  expect(wrapped).not.toContain('export');
});

it('compares what was printed with the page, but for ids, times and drawings', () => {
  expect(
    differenceOf('journey 0af7651916cd43dd8448eb211c80319c\n shop send orders █ 2 ms\n', program),
  ).toBeUndefined();
  expect(differenceOf('journey 0af7651916cd43dd8448eb211c80319c\n shop\n', program)).toMatch(
    /^It printed\njourney 0af/,
  );
});

it('says where a program is missing', () => {
  expect(() => readProgram('README.md', '# Waybill\n', '')).toThrow(/^README\.md has no program/);
});

it('says that only SQS is there', () => {
  const kafka = page.replace('@aws-sdk/client-sqs', 'kafkajs');
  expect(() => readProgram('README.md', kafka, '')).toThrow('The program at README.md:11 needs kafka.');
});
