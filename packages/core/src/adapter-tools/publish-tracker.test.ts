import { describe, expect, it } from '@jest/globals';
import { FakeOutgoing } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import { PublishTracker } from './publish-tracker.ts';

type Confirm = (...answer: unknown[]) => void;

/** Publishes to a client that keeps the callbacks it is to confirm by. */
function publisher() {
  const testBed = setUp();
  const tracker = new PublishTracker<string>();
  const confirms: Confirm[] = [];
  const publish = (destination: string, key?: string, callback?: Confirm): void =>
    testBed.instrumenter.publish<void>({
      messages: [new FakeOutgoing({ destination })],
      batch: false,
      completes: 'callback',
      invoke: (done, note) => void confirms.push(tracker.open(done, callback, note, key)),
    });
  return { testBed, tracker, confirms, publish };
}

/** The publishes that have ended, and why they failed if they did. */
function ended({ spans }: TestBed): unknown[] {
  return spans
    .filter((span) => span.ended)
    .map(({ name, status }) => [name.slice('send '.length), status.message]);
}

function eventsOf({ spans }: TestBed): readonly string[][] {
  return spans.map(({ events }) => events.map(({ name }) => name));
}

async function nextTurn(): Promise<void> {
  await new Promise(setImmediate);
}

describe('a publish', () => {
  it('ends when it is confirmed, before the caller is told', () => {
    const { testBed, confirms, publish } = publisher();
    const answers: unknown[] = [];
    publish('a', undefined, (...answer) => answers.push(answer, ended(testBed)));
    expect(ended(testBed)).toEqual([]);
    confirms[0]?.(null, 'and more');

    expect(answers).toEqual([[null, 'and more'], [['a', undefined]]]);
  });

  it('fails when it is refused', () => {
    const { testBed, confirms, publish } = publisher();
    publish('a');
    confirms[0]?.(new RangeError('full'));

    expect(ended(testBed)).toEqual([['a', 'full']]);
  });

  it('fails when its channel is lost, in the next turn, unless the client knows better', async () => {
    const { testBed, tracker, confirms, publish } = publisher();
    for (const destination of ['a', 'b', 'c']) publish(destination);
    confirms[0]?.(null);
    tracker.endAll(new Error('connection closed'));
    await undefined;
    confirms[1]?.(new RangeError('kicked out'));
    await nextTurn();
    confirms[2]?.(null);

    expect(ended(testBed)).toEqual([
      ['a', undefined],
      ['b', 'kicked out'],
      ['c', 'connection closed'],
    ]);
  });

  it('fails that is made after its channel was lost', async () => {
    const { testBed, tracker, publish } = publisher();
    tracker.endAll(new Error('connection closed'));
    publish('a');
    await nextTurn();

    expect(ended(testBed)).toEqual([['a', 'connection closed']]);
  });
});

describe('what happens to a message before its confirm', () => {
  it('is noted by its key, of several with one key on the first that waits', () => {
    const { testBed, tracker, confirms, publish } = publisher();
    publish('a', 'same');
    publish('b', 'same');
    publish('c', 'other');
    publish('d');
    tracker.note('same', 'first', {});
    confirms[0]?.(null);
    tracker.note('same', 'second', {});
    tracker.note('other', 'third', {});

    expect(eventsOf(testBed)).toEqual([['first'], ['second'], ['third'], []]);
  });

  it('is noted no more after it', () => {
    const { testBed, tracker, confirms, publish } = publisher();
    publish('a', 'key');
    confirms[0]?.(null);
    tracker.note('key', 'late', {});

    expect(eventsOf(testBed)).toEqual([[]]);
  });
});
