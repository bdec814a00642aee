import { expect, it } from '@jest/globals';
import { readProgram } from './readme-program.ts';

const page = `# Waybill

\`\`\`sh
npm install @waybill/core
\`\`\`

\`\`\`ts
import { context } from '@opentelemetry/api';
import {
  createWaybill,
  type Waybill,
} from '@waybill/core';

const waybill: Waybill = createWaybill({});
console.log(await Promise.resolve(context.active() === waybill));
\`\`\`

\`\`\`ts
createWaybill('second');
\`\`\`
`;

it('takes the first block that makes a Waybill, in each form that users write', () => {
  const program = readProgram(page);

  expect(program.typescript).toContain('const waybill: Waybill =');
  expect(program.typescript).not.toContain('second');
  expect(program.esModule).toMatch(/const waybill *= createWaybill/);
  expect(program.commonJs).toContain('require("@waybill/core")');
  expect(program.imports).toEqual(['@opentelemetry/api', '@waybill/core']);
});

it('has every await in a function where modules have none', () => {
  const { wrapped } = readProgram(page);

  expect(wrapped).toMatch(
    /^import .* from '@opentelemetry\/api';\nimport \{\n[^}]*\} from '@waybill\/core';\n/,
  );
  expect(wrapped.indexOf('await')).toBeGreaterThan(wrapped.indexOf('async function main()'));
  expect(wrapped.match(/^import /gm)).toHaveLength(2);
});

it('says where a program is missing', () => {
  expect(() => readProgram('# Waybill\n')).toThrow(/^README\.md has no block of ts/);
});
