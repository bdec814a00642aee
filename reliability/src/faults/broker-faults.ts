import { setTimeout } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** What happens to brokers, networks and processes. */
export const brokerFaults: readonly Fault[] = [
  {
    name: 'broker killed',
    about: 'The broker is killed (SIGKILL) and started again with what it has on disk.',
    strikes: [0.4],
    async strike({ faults, moveTo }) {
      await faults.kill();
      moveTo(await faults.startAgain());
    },
  },
  {
    name: 'broker paused',
    about: 'The broker is frozen for five seconds: connections stay, nothing answers.',
    strikes: [0.4],
    async strike({ faults }) {
      await faults.pause();
      await setTimeout(5_000);
      await faults.unpause();
    },
  },
  {
    name: 'connections cut',
    about: 'Every connection is reset, three times.',
    strikes: [0.25, 0.5, 0.75],
    async strike({ cut }) {
      cut();
    },
  },
  {
    name: 'consumer killed',
    about: "The consumer's process is killed (SIGKILL), and another one is started.",
    strikes: [0.4],
    strike: ({ killConsumer }) => killConsumer(),
  },
  {
    name: 'event loop blocked',
    about: 'The event loops of both processes stand still for three seconds.',
    strikes: [0.4],
    strikeInside() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    },
  },
];
