import type { StandIn } from './stand-in.ts';
import { debian } from './stand-in.ts';

/** What the brokers that run on a JVM are built on. */
export const java: StandIn = { name: 'java', base: debian };
