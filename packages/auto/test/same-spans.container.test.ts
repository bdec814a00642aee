import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { type Broker, startBroker } from '@waybill/brokers';
import { comparableSpans } from './comparable-spans.ts';
import { type Ran, runProgram } from './run-program.ts';

const auto = ['--import', '@waybill/auto/register'];
// The three of the automatic instrumentations, and for BullMQ the telemetry that it comes with.
const neighbours = ['--import', './neighbours.cjs'];

interface SeenRun extends Ran {
  /** The spans without ids and times. */
  readonly same: readonly unknown[];
  /** How many spans there are of producers and of consumers. */
  readonly counts: readonly [producers: number, consumers: number];
}

describe.each([
  ['kafkajs', 'kafka', 'kafkajs', [4, 4], [4, 4]],
  ['amqplib', 'rabbitmq', 'amqplib', [4, 4], [4, 4]],
  ['bullmq', 'redis', 'bullmq', [5, 5], [5, 5]],
  // Theirs are kept: one for each call that sends, and those that receive are consumers.
  ['sqs', 'sqs', 'aws-sdk', [4, 0], [3, 4]],
] as const)('%s', (client, brokerName, variable, alone, beside) => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await startBroker(brokerName);
  });
  afterAll(() => broker.stop());

  describe.each(['program.mjs', 'program.cjs'])('%s, which never imports Waybill', (program) => {
    it('gives the same spans as if it wrapped its clients', async () => {
      const wrapped = await run([], 'wrapped');
      const bare = await run(auto, 'bare');

      expect(bare.same).toEqual(wrapped.same);
      expect(bare.counts).toEqual(alone);
      expect(bare).toMatchObject({ warnings: [], stderr: '' });
    });

    describe('beside other instrumentations of the same client', () => {
      let wrapped: SeenRun;
      beforeAll(async () => {
        wrapped = await run(neighbours, 'wrapped');
      });

      it.each([
        ['behind', [...neighbours, ...auto]],
        ['before', [...auto, ...neighbours]],
      ])(
        'gives the same spans %s them, none doubled, and says once how to turn them off',
        async (_, options) => {
          const bare = await run(options, 'bare');

          expect(bare.same).toEqual(wrapped.same);
          expect(bare.counts).toEqual(beside);
          expect(bare.warnings).toEqual(wrapped.warnings);
          expect(new Set(bare.warnings).size).toBe(bare.warnings.length);
          const turnedOffBy = `OTEL_NODE_DISABLED_INSTRUMENTATIONS=${variable} `;
          expect(bare.warnings).toContainEqual(expect.stringContaining(turnedOffBy));
          expect(bare.stderr).toBe('');
        },
      );
    });

    async function run(options: readonly string[], how: 'wrapped' | 'bare'): Promise<SeenRun> {
      const name = `auto-${randomUUID()}`;
      const environment = {
        BROKER_URL: broker.url,
        OWN_TELEMETRY: options.includes('./neighbours.cjs') ? 'true' : '',
      };
      const ran = await runProgram(options, program, [client, name, how], environment);
      const count = (wanted: SpanKind) => ran.spans.filter(({ kind }) => kind === wanted).length;
      return {
        ...ran,
        same: comparableSpans(ran.spans, name),
        counts: [count(SpanKind.PRODUCER), count(SpanKind.CONSUMER)],
      };
    }
  });
});
