import { describe, expect, it } from '@jest/globals';
import { waitedByTtl } from './waited-by-ttl.ts';

const time = { '!': 'timestamp', value: 1_700_000_000 };
const expired = { queue: 'delay', reason: 'expired', count: 1, time };
const rejected = { queue: 'work', reason: 'rejected', count: 1, time };

describe('a message waited', () => {
  it.each<[string, unknown, object | undefined]>([
    ['not, without x-death', undefined, undefined],
    ['as long as its sender said', [{ ...expired, 'original-expiration': '60000' }], { delay: 60_000 }],
    ['until the time to live of its queue was over', [expired], { dueAt: 1_700_000_000_000 }],
    [
      'until then, where the time is a number',
      [{ ...expired, time: 1_700_000_000 }],
      { dueAt: 1_700_000_000_000 },
    ],
    ['not, where it was rejected', [rejected], undefined],
    ['for a retry alone, which is no delay', [expired, rejected], undefined],
    [
      'for a retry in the same queue, after its delay',
      [{ ...expired, count: 2, 'original-expiration': '60000' }, rejected],
      { delay: 60_000 },
    ],
    ['several times, of which only the last is known', [{ ...expired, count: 2 }, rejected], undefined],
    [
      'in two queues, of which the first delayed it',
      [
        { ...expired, count: 1 },
        { ...expired, 'original-expiration': '5' },
      ],
      { delay: 5 },
    ],
    ['for an unknown time', [{ queue: 'delay', reason: 'expired', count: 1 }], undefined],
    ['as long as a sender says who writes nonsense', 'x', undefined],
    [
      'as long as another says',
      [null, 5, { reason: 'expired', count: 'x', 'original-expiration': 'soon' }],
      undefined,
    ],
    ['as long as a third says', [{ ...expired, time: { value: 'x' } }], undefined],
  ])('%s', (_how, death, waited) => {
    expect(waitedByTtl(death === undefined ? undefined : ({ 'x-death': death } as never))).toEqual(waited);
  });
});
