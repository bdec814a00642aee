import { describe, expect, it } from '@jest/globals';
import { parseTestArguments } from './parse-test-arguments.ts';

describe('parseTestArguments', () => {
  it('runs every project when none is named', () => {
    expect(parseTestArguments([])).toEqual({
      projects: ['unit', 'integration', 'stress', 'package', 'container'],
      repeat: 1,
      load: false,
      jestArguments: [],
    });
  });

  it('takes leading project names as the selection', () => {
    expect(parseTestArguments(['unit', 'container'])).toMatchObject({
      projects: ['unit', 'container'],
      jestArguments: [],
    });
  });

  it('passes everything else to Jest', () => {
    expect(parseTestArguments(['packages/core', '-t', 'unit'])).toMatchObject({
      projects: ['unit', 'integration', 'stress', 'package', 'container'],
      jestArguments: ['packages/core', '-t', 'unit'],
    });
    expect(parseTestArguments(['unit', 'duration']).jestArguments).toEqual(['duration']);
  });

  it('ignores two hyphens', () => {
    expect(parseTestArguments(['unit', '--', 'duration', '-t', 'hours'])).toMatchObject({
      projects: ['unit'],
      jestArguments: ['duration', '-t', 'hours'],
    });
  });

  it('takes names of packages for the container tests in their folders', () => {
    expect(parseTestArguments(['brokers', 'kafkajs', 'sqs', '-t', 'batch'])).toMatchObject({
      projects: ['container'],
      jestArguments: ['packages/kafkajs/', 'packages/sqs/', '-t', 'batch'],
    });
    expect(parseTestArguments(['brokers'])).toMatchObject({ projects: ['container'], jestArguments: [] });
    expect(() => parseTestArguments(['brokers', 'kafka'])).toThrow('There is no packages/kafka with tests');
  });

  it('reads how often the tests run, and whether under load', () => {
    expect(parseTestArguments(['unit', '--repeat', '5', 'duration', '--load'])).toEqual({
      projects: ['unit'],
      repeat: 5,
      load: true,
      jestArguments: ['duration'],
    });
  });

  it.each(['0', '1.5', 'often'])('refuses %s as a number of runs', (times) => {
    expect(() => parseTestArguments(['--repeat', times])).toThrow(
      `--repeat ${times} is not a number of runs`,
    );
  });
});
