import type { Config } from 'jest';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2023',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
} satisfies Config;

/** Three projects, by what a test needs: nothing, a broker, or the packed tarballs. */
const config: Config = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{packages,examples,scripts,benchmarks,reliability}/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/dist/',
        '\\.container\\.test\\.ts$',
        '\\.package\\.test\\.ts$',
      ],
    },
    {
      ...shared,
      displayName: 'container',
      testMatch: ['<rootDir>/{packages,examples,reliability}/**/*.container.test.ts'],
      globalSetup: '<rootDir>/packages/brokers/src/jest-global-setup.ts',
      globalTeardown: '<rootDir>/packages/brokers/src/jest-global-teardown.ts',
    },
    {
      ...shared,
      displayName: 'package',
      testMatch: ['<rootDir>/scripts/**/*.package.test.ts'],
    },
  ],
};

export default config;
