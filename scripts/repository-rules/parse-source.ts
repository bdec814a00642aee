import { parseSync } from '@swc/core';

export interface ParsedSource {
  readonly imports: readonly string[];
  readonly strings: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** Reads what a TypeScript file imports and which strings it holds, from its syntax tree. */
export function parseSource(text: string): ParsedSource {
  const imports: string[] = [];
  const strings: string[] = [];
  visit(parseSync(text, { syntax: 'typescript', target: 'es2023' }), (node) => {
    const specifier = importedSpecifier(node);
    if (specifier !== undefined) imports.push(specifier);
    const string = fixedString(node);
    if (string !== undefined) strings.push(string);
  });
  return { imports, strings };
}

function visit(value: unknown, onNode: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, onNode);
  } else if (isNode(value)) {
    onNode(value);
    for (const child of Object.values(value)) visit(child, onNode);
  }
}

function importedSpecifier(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return fixedString(node.source);
    case 'TsImportType':
      return fixedString(node.argument);
    case 'CallExpression':
      return loadsModule(node.callee) ? fixedString(firstArgument(node)) : undefined;
    default:
      return undefined;
  }
}

function loadsModule(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Import') return true;
  if (callee.type === 'MemberExpression') return loadsModule(callee.object);
  return callee.type === 'Identifier' && callee.value === 'require';
}

function firstArgument(call: Node): unknown {
  const first: unknown = Array.isArray(call.arguments) ? call.arguments[0] : undefined;
  return isNode(first) ? first.expression : undefined;
}

function fixedString(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  const value =
    node.type === 'StringLiteral' ? node.value : node.type === 'TemplateElement' ? node.cooked : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
