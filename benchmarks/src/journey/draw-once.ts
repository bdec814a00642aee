import { text } from 'node:stream/consumers';
import { buildJourneys, drawJourney, readSpans } from '@waybill/journey';

// Draws the journey that it reads, and tells what that cost.
const { journeys } = buildJourneys(readSpans(JSON.parse(await text(process.stdin))) ?? []);
const [journey] = journeys;
if (journey === undefined || !drawJourney(journey).includes('10000 spans'))
  throw new Error('No journey was drawn.');
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({ ms: (user + system) / 1_000, megabytes: (process.resourceUsage().maxRSS * 1_024) / 1e6 }),
);
