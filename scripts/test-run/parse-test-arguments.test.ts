import { describe, expect, it } from '@jest/globals';
import { parseTestArguments } from './parse-test-arguments.ts';

describe('parseTestArguments', () => {
  it('runs every project when none is named', () => {
    expect(parseTestArguments([])).toEqual({ projects: ['unit', 'package', 'container'], jestArguments: [] });
  });

  it('takes leading project names as the selection', () => {
    expect(parseTestArguments(['unit', 'container'])).toEqual({
      projects: ['unit', 'container'],
      jestArguments: [],
    });
  });

  it('hands everything else to Jest', () => {
    expect(parseTestArguments(['packages/core', '-t', 'unit'])).toEqual({
      projects: ['unit', 'package', 'container'],
      jestArguments: ['packages/core', '-t', 'unit'],
    });
    expect(parseTestArguments(['unit', 'duration']).jestArguments).toEqual(['duration']);
  });

  it('takes two hyphens for no argument', () => {
    expect(parseTestArguments(['unit', '--', 'duration', '-t', 'hours'])).toEqual({
      projects: ['unit'],
      jestArguments: ['duration', '-t', 'hours'],
    });
  });
});
