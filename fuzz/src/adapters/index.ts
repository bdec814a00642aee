import type { FuzzedAdapter } from '../adapter.ts';
import { amqplib } from './amqplib.ts';
import { bullmq } from './bullmq.ts';
import { core } from './core.ts';
import { handoff } from './handoff.ts';
import { kafkajs } from './kafkajs.ts';
import { sqs } from './sqs.ts';

/** Every adapter that is fuzzed. */
export const adapters: readonly FuzzedAdapter[] = [core, kafkajs, amqplib, bullmq, sqs, handoff];
