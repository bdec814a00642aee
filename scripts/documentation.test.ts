import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentationPages, readSnippets } from '@waybill/documentation';

const root = join(import.meta.dirname, '..');
// The reference in docs/api is written from doc comments, and not committed.
const pages = globSync(
  ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/**/*.md', '{packages,examples}/*/README.md'],
  {
    cwd: root,
    exclude: ['docs/api/**'],
  },
);

/** The names of attributes, events and metrics that the sources have. */
const telemetryNames = namesInSources();

describe('docs/telemetry.md', () => {
  const page = readFileSync(join(root, 'docs/telemetry.md'), 'utf8');
  it.each(telemetryNames)('documents %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it('documents only names that exist', () => {
    expect(unknownNamesIn(page)).toEqual([]);
  });
});

describe.each([
  ['kafka', 'kafkajs'],
  ['rabbitmq', 'amqplib'],
  ['bullmq', 'bullmq'],
  ['sqs', 'sqs'],
])('docs/brokers/%s.md', (name, command) => {
  // A test with a real broker compares all of it. This one needs none.
  it('says of what is recorded only names that exist', () => {
    const page = readFileSync(join(root, `docs/brokers/${name}.md`), 'utf8');
    const [recorded = ''] = /(?<=<!-- recorded -->\n).*(?=<!-- \/recorded -->)/s.exec(page) ?? [];
    const unknown = unknownNamesIn(recorded);
    const fix =
      unknown.length > 0 ? `docs/brokers/${name}.md is stale. Run \`npx pnpm@12 reference ${command}\`.` : '';
    expect(recorded).toContain('`waybill.journey.id`');
    expect({ unknown, fix }).toEqual({ unknown: [], fix: '' });
  });
});

describe.each(pages)('%s', (page) => {
  it('links to existing files', () => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it('links to headings that there are', () => {
    const text = readFileSync(join(root, page), 'utf8');
    const anchors = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(
      ([, target = '', anchor = '']) => {
        const file = target === '' ? page : join(dirname(page), target);
        return { file, anchor };
      },
    );
    const missing = anchors.filter(
      ({ file, anchor }) => file.endsWith('.md') && !anchorsOf(file).includes(anchor),
    );
    expect(missing).toEqual([]);
  });
});

const installed = documentationPages(root)
  .map((page) => {
    const snippets = readSnippets(page, readFileSync(join(root, page), 'utf8'));
    const lines = snippets.flatMap(({ language, code }) =>
      language === 'sh' ? [...code.matchAll(/^npm install ([^#\n]+)/gm)] : [],
    );
    const names = lines.flatMap(([, words = '']) => words.trim().split(' '));
    return { page, snippets, names };
  })
  .filter(
    ({ page, snippets, names }) =>
      names.length > 0 && (page.startsWith('packages/') || snippets[0]?.language === 'sh'),
  );

describe.each(installed)('$page', ({ page, snippets, names }) => {
  it('installs what its programs import, the peers of that, and what those load', () => {
    const own = page.startsWith('packages/') ? [manifestOf(dirname(page)).name] : [];
    // A page of the documentation installs what its first program needs.
    const written = snippets.filter(({ language }) => language === 'ts');
    const programs = own.length > 0 ? written : written.slice(0, 1);
    const imported = programs.flatMap(({ code }) =>
      [...code.matchAll(/ from '((?!node:)(?:@[^/']+\/)?[^/']+)/g)].map(([, name = '']) => name),
    );
    const peers = [...own, ...imported].filter((name) => name.startsWith('@waybill/')).flatMap(peersOf);
    // BullMQ 6 has its driver as an optional peer, and connects with it unless it is told otherwise.
    const loaded = peers.includes('bullmq') ? ['ioredis'] : [];

    expect(names).toEqual(expect.arrayContaining([...own, ...imported, ...peers, ...loaded]));
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function peersOf(name: string): string[] {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(
    name.replace('@waybill', 'packages'),
  );
  return Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
}

function manifestOf(directory: string) {
  return JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
}

it('names only commands of this repository that exist', () => {
  const { scripts } = manifestOf('.');
  const named = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/pnpm@12 ([\w:-]+)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts) && name !== 'install')).toEqual([]);
});

it('gives every decision a number of its own', () => {
  const numbers = globSync('docs/decisions/*.md', { cwd: root }).map((file) =>
    file.split('/').at(-1)?.slice(0, 4),
  );
  expect(new Set(numbers).size).toBe(numbers.length);
});

function namesInSources(): string[] {
  const files = [
    'packages/core/src/semantic-conventions/telemetry-names.ts',
    ...globSync('packages/{amqplib,bullmq,kafkajs,sqs}/src/adapter-info.ts', { cwd: root }),
  ];
  const source = files
    .map((file) => readFileSync(join(root, file), 'utf8'))
    // Only the attributes of an adapter.
    .map((text) => text.slice(Math.max(0, text.search(/^export const \w*[aA]ttribute = /m))))
    .join('\n');
  return [...source.matchAll(/^ {2}\w+: '([^']+)',$/gm)].map(([, name = '']) => name);
}

/** Names of the forms of ours in backticks that no source has. */
function unknownNamesIn(text: string): string[] {
  const told = [...text.matchAll(/`((?:messaging|waybill|kafka|bullmq|rabbitmq|aws\.sqs)\.[a-z_.]+)`/g)];
  return [...new Set(told.map(([, name = '']) => name))].filter((name) => !telemetryNames.includes(name));
}
