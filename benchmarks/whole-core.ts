export * from '../packages/core/src/adapter.ts';
export * from '../packages/core/src/index.ts';
