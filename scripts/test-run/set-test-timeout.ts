import { jest } from '@jest/globals';

/** In ms, from the project's `globals` in `jest.config.ts`. */
declare const testTimeout: number;

jest.setTimeout(testTimeout);
