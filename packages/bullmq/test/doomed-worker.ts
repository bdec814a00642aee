// A process that takes a job, says so, and never ends by itself.
import { Worker } from 'bullmq';

const [, , connection = '', name = ''] = process.argv;
const never = (): Promise<never> => {
  process.send?.('taken');
  return new Promise(() => undefined);
};
new Worker(name, never, { connection: JSON.parse(connection), lockDuration: 300, stalledInterval: 100 });
