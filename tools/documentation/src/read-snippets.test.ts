import { describe, expect, it } from '@jest/globals';
import { comparableOutput } from './comparable-output.ts';
import { readSnippets } from './read-snippets.ts';

const page = `# A page

\`\`\`ts
console.log('one');
\`\`\`

It prints

\`\`\`text output
one
\`\`\`

<!-- setup
declare const two: number;
-->

\`\`\`ts no_run
console.log(two);
\`\`\`

<!-- a comment -->

\`\`\`
a picture
\`\`\`
`;

describe('readSnippets', () => {
  it('reads programs with what they print, fragments with what they need, and all else', () => {
    expect(readSnippets('docs/page.md', page)).toEqual([
      {
        place: 'docs/page.md:3',
        language: 'ts',
        marks: [],
        setup: '',
        code: "console.log('one');\n",
        output: 'one\n',
      },
      {
        place: 'docs/page.md:17',
        language: 'ts',
        marks: ['no_run'],
        setup: 'declare const two: number;\n',
        code: 'console.log(two);\n',
      },
      { place: 'docs/page.md:23', language: '', marks: [], setup: '', code: 'a picture\n' },
    ]);
  });
});

describe('comparableOutput', () => {
  const a = 'a7f9c4f2a7f9c4f2 0123456789abcdef a7f9c4f2a7f9c4f2';

  it('compares ids by where they are repeated', () => {
    expect(comparableOutput(a)).toBe(comparableOutput('1111111111111111 2222222222222222 1111111111111111'));
    expect(comparableOutput(a)).not.toBe(
      comparableOutput('1111111111111111 2222222222222222 2222222222222222'),
    );
  });

  it('does not compare times, durations, and bars of drawings', () => {
    const drawn =
      'journey\n2026-01-01T12:00:00.000Z · 1 h · 2 traces\n\n  0      1 h   1 h\n  ──╱╱──\n shop  send  ███ 3 ms';
    const again =
      'journey\n2027-02-02T12:00:00.123Z · 20 ms · 2 traces\n\n  0   20 ms\n  ───\n shop  send  █ 17.5 s';
    expect(comparableOutput(drawn)).toBe(comparableOutput(again));
  });

  it('compares words', () => {
    expect(comparableOutput('parent, fresh, 3 ms')).not.toBe(comparableOutput('parent, rule, 3 ms'));
  });
});
