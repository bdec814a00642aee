import type { Config } from 'jest';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // Jest has one timeout for all projects, so each project's own is set by this file.
  setupFilesAfterEnv: ['<rootDir>/scripts/test-run/set-test-timeout.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          // Of the tests of NestJS, whose decorators are those that TypeScript calls experimental.
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
          target: 'es2023',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
} satisfies Config;

/**
 * Projects by what a test needs: nothing, another program, server or browser on this machine, a processor for a long time, a broker, or the packed
 * tarballs. The timeouts are for machines under load: a test that needs longer than its project's says so itself.
 */
const config: Config = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      globals: { testTimeout: 30_000 },
      testMatch: [
        '<rootDir>/{packages,tools,examples,scripts,benchmarks,reliability,fuzz,site}/**/*.test.ts',
      ],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/dist/',
        '\\.integration\\.test\\.ts$',
        '\\.container\\.test\\.ts$',
        '\\.package\\.test\\.ts$',
        '\\.stress\\.test\\.ts$',
      ],
    },
    {
      ...shared,
      displayName: 'integration',
      globals: { testTimeout: 60_000 },
      testMatch: ['<rootDir>/{packages,tools,examples,scripts,reliability}/**/*.integration.test.ts'],
    },
    {
      ...shared,
      displayName: 'stress',
      globals: { testTimeout: 60_000 },
      testMatch: ['<rootDir>/{packages,examples,benchmarks,fuzz}/**/*.stress.test.ts'],
    },
    {
      ...shared,
      displayName: 'container',
      globals: { testTimeout: 60_000 },
      testMatch: ['<rootDir>/{packages,tools,examples,reliability}/**/*.container.test.ts'],
      globalSetup: '<rootDir>/tools/brokers/src/jest-global-setup.ts',
      globalTeardown: '<rootDir>/tools/brokers/src/jest-global-teardown.ts',
    },
    {
      ...shared,
      displayName: 'package',
      globals: { testTimeout: 180_000 },
      testMatch: ['<rootDir>/scripts/**/*.package.test.ts'],
      globalSetup: '<rootDir>/scripts/package-tests/jest-global-setup.ts',
      globalTeardown: '<rootDir>/scripts/package-tests/jest-global-teardown.ts',
    },
  ],
};

export default config;
