import { describe, expect, it } from '@jest/globals';
import { traceparentOf } from './xray-header.ts';

const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const parent = 'Parent=53995c3f42cd8ad8';
const recorded = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
const unrecorded = recorded.replace(/1$/, '0');

describe('the context of X-Ray', () => {
  it.each<[string, string | undefined, string | undefined]>([
    [`${root};${parent};Sampled=1`, recorded, recorded],
    [`Sampled=1; Lineage=a:0 ;${parent} ; ${root}`, recorded, recorded],
    [`${root};${parent};Sampled=0`, undefined, unrecorded],
    [`${root};${parent};Sampled=?`, undefined, unrecorded],
    [`${root};${parent}`, undefined, unrecorded],
    [`${root};Sampled=1`, undefined, undefined],
    [`${parent};Sampled=1`, undefined, undefined],
    [`${root.slice(0, -1)};${parent};Sampled=1`, undefined, undefined],
    [`Self${root};${parent};Sampled=1`, undefined, undefined],
  ])('%s is %s where its trace is recorded, and %s in any case', (header, sampled, any) => {
    expect([traceparentOf(header, 'sampled'), traceparentOf(header, 'any')]).toEqual([sampled, any]);
  });

  it('is read from no longer header than 1,024 characters', () => {
    const header = `${root};${parent};Sampled=1;Lineage=`;
    expect(traceparentOf(header.padEnd(1_024, 'a'), 'sampled')).toBe(recorded);
    expect(traceparentOf(header.padEnd(1_025, 'a'), 'sampled')).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['a list', [`${root};${parent};Sampled=1`]],
  ])('is not read from %s', (_what, header) => {
    expect(traceparentOf(header, 'any')).toBeUndefined();
  });
});
