import { durationText } from '../../drawing/duration-text.ts';
import { counted, type Finding, findingOf } from '../finding.ts';
import type { Recording } from '../recording.ts';

/** From how many ms on a skew is more than the clocks of a well-kept network differ by. */
const notableSkew = 1_000;

/** `clock-skew`: clocks that cannot both be right. */
export function findClockSkews(recording: Recording): readonly Finding[] {
  const skews = recording.journeys.flatMap((journey) => journey.skews.map((skew) => ({ journey, ...skew })));
  return [...Map.groupBy(skews, ({ ahead, behind }) => JSON.stringify([ahead, behind])).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const atLeast = group.reduce((most, skew) => Math.max(most, skew.atLeast), 0);
      const count = group.reduce((sum, skew) => sum + skew.count, 0);
      const traces = group.flatMap(({ journey }) =>
        journey.hops.flatMap(({ skew, handling }) =>
          skew === undefined ? [] : [recording.index.find(handling)],
        ),
      );
      return [
        findingOf(
          'clock-skew',
          traces.filter((span) => span !== undefined),
          {
            level: atLeast >= notableSkew ? 'warning' : 'note',
            count,
            message: `The clock of ${first.ahead} is ahead of that of ${first.behind} by ${durationText(atLeast)} at least, as ${counted(count, 'message or call', 'messages or calls')} ${count === 1 ? 'shows' : 'show'}.`,
            fix: 'Synchronise the clocks: ages and waits across them are wrong by as much.',
          },
        ),
      ];
    },
  );
}
