// A program: starts a broker, prints the label of its container, and never ends by itself.
import { startBroker } from '../src/index.ts';
import { runLabel } from '../src/remove-after-run.ts';

await startBroker('sqs');
process.stdout.write(`waybill.run=${runLabel['waybill.run']}\n`);
setInterval(() => {}, 1_000_000);
