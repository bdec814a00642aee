import { parseSync } from '@swc/core';

/** One change to a source file. */
export interface Mutant {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The old and the new text, shortened to one line. */
  readonly change: string;
  /** The whole file with the change. */
  readonly source: string;
}

interface Node {
  readonly type: string;
  /** In bytes, from 1. */
  readonly span: { readonly start: number; readonly end: number };
  readonly [field: string]: unknown;
}

/** Replaces a node's text. */
type Replace = (node: Node, replacement: string) => void;

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
};

/** Every mutant of a file: one change each, of a condition, an operator, a string, a call or a returned value. */
export function findMutants(file: string, source: string): Mutant[] {
  const bytes = Buffer.from(source);
  const textOf = ({ span }: Node): string => bytes.toString('utf8', span.start - 1, span.end - 1);
  const mutants: Mutant[] = [];

  const replace: Replace = (node, replacement) => {
    const before = bytes.toString('utf8', 0, node.span.start - 1);
    const after = bytes.toString('utf8', node.span.end - 1);
    mutants.push({
      file,
      line: before.split('\n').length,
      change: `${shorten(textOf(node))} → ${shorten(replacement) || 'nothing'}`,
      source: before + replacement + after,
    });
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2023' }), (node) =>
    mutate(node, replace, textOf),
  );
  return mutants;
}

function visit(value: unknown, onNode: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, onNode);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) {
      // Types and imports never run.
      if (/^Ts(?!(As|NonNull|Satisfies|Const))|^Import|^Export(All|Named)/.test(value.type)) return;
      onNode(value);
    }
    for (const child of Object.values(value)) visit(child, onNode);
  }
}

function mutate(node: Node, replace: Replace, textOf: (node: Node) => string): void {
  switch (node.type) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'ConditionalExpression': {
      const condition = node.test as Node;
      for (const other of ['true', 'false', `!(${textOf(condition)})`]) replace(condition, other);
      return;
    }
    case 'BinaryExpression': {
      const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)];
      for (const operator of otherOperators[String(node.operator)] ?? []) {
        replace(node, `((${left}) ${operator} (${right}))`);
      }
      return;
    }
    case 'ExpressionStatement':
      replace(node, ';');
      return;
    case 'StringLiteral':
      if (node.value !== '') replace(node, "''");
      return;
    case 'ReturnStatement':
      if (isNode(node.argument)) replace(node.argument, otherValue(textOf(node.argument)));
      return;
    case 'ArrowFunctionExpression': {
      const body = node.body as Node;
      if (body.type !== 'BlockStatement') replace(body, otherValue(textOf(body)));
    }
  }
}

function otherValue(text: string): string {
  if (text === 'true') return 'false';
  if (text === 'false') return 'true';
  return text === 'undefined' ? 'null' : 'undefined';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}
