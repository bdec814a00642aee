import { durationText } from '../../drawing/duration-text.ts';
import { clockOf } from '../../model/find-skews.ts';
import { counted, type Finding, findingOf } from '../finding.ts';
import { handlingsOf, type Recording, type Way } from '../recording.ts';

/** From how many ms on a skew is more than the clocks of a well-kept network differ by. */
const notableSkew = 1_000;

/** `clock-skew`: clocks that cannot both be right. */
export function findClockSkews(recording: Recording): readonly Finding[] {
  const ways = Map.groupBy(recording.ways.filter(isSkewed), clocksOf);
  const skews = Map.groupBy(
    recording.journeys.flatMap((journey) => journey.skews),
    ({ ahead, behind }) => JSON.stringify([ahead, behind]),
  );
  return [...skews].flatMap(([clocks, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const atLeast = group.reduce((most, skew) => Math.max(most, skew.atLeast), 0);
    const count = group.reduce((sum, skew) => sum + skew.count, 0);
    const spans = handlingsOf(ways.get(clocks) ?? []);
    return [
      findingOf('clock-skew', spans, {
        level: atLeast >= notableSkew ? 'warning' : 'note',
        count,
        message: `The clock of ${first.ahead} is ahead of that of ${first.behind} by ${durationText(atLeast)} at least, as ${counted(count, 'message or call', 'messages or calls')} ${count === 1 ? 'shows' : 'show'}.`,
        fix: 'Synchronise the clocks: ages and waits across them are wrong by as much.',
      }),
    ];
  });
}

function isSkewed({ hop, sender }: Way): boolean {
  return hop.skew !== undefined && sender !== undefined;
}

function clocksOf({ sender, handling }: Way): string {
  return JSON.stringify([sender && clockOf(sender), clockOf(handling)]);
}
