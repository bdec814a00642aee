// A program: starts a broker, says whose it is, and never ends by itself.
import { thisOwner } from '../src/cleanup/owner.ts';
import { startBroker } from '../src/index.ts';

await startBroker('sqs');
process.stdout.write(`${thisOwner()}\n`);
setInterval(() => {}, 1_000_000);
