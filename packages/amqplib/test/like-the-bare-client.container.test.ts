import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConfirmChannel } from 'amqplib';
import { traceChannel } from '../src/index.ts';
import { type Api, callbacks, promises } from './apis.ts';
import type { Behaviour, Stage } from './behaviour.ts';
import { channelBehaviours } from './channel-behaviours.ts';
import { confirmBehaviours } from './confirm-behaviours.ts';
import { consumeBehaviours } from './consume-behaviours.ts';
import { publishBehaviours } from './publish-behaviours.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';
import { settleBehaviours } from './settle-behaviours.ts';

let testBed: RabbitTestBed;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
afterEach(() => testBed.disconnect());

describe.each([
  ['promises', promises],
  ['callbacks', callbacks],
])('a traced channel of the API with %s', (_name, api) => {
  it.each([
    ...publishBehaviours,
    ...confirmBehaviours,
    ...consumeBehaviours,
    ...settleBehaviours,
    ...channelBehaviours,
  ])(
    '$name',
    async (behaviour) => {
      const [bare, traced] = [await watch(behaviour, api, false), await watch(behaviour, api, true)];
      expect(traced).toEqual(bare);
    },
    60_000,
  );
});

it('keeps what a subtype adds', async () => {
  interface NamedChannel extends ConfirmChannel {
    readonly team: string;
  }
  const channel: NamedChannel = Object.assign(await (await testBed.connection()).createConfirmChannel(), {
    team: 'billing',
  });
  const traced: NamedChannel = traceChannel(channel, testBed.waybill());
  expect([traced === channel, traced.team]).toEqual([true, 'billing']);
});

/** What a behaviour shows, in words that are the same for every queue. */
async function watch(behaviour: Behaviour, api: Api, traced: boolean): Promise<unknown> {
  const queue = await testBed.queue({ autoDelete: false });
  const waybill = traced ? testBed.waybill() : undefined;
  const stage: Stage = {
    testBed,
    queue,
    channel: () => api.channel(testBed, waybill),
    confirmChannel: () => api.confirmChannel(testBed, waybill),
    ask: api.ask,
  };
  const shown = JSON.stringify(await behaviour.watch(stage), (_, value) => value ?? `${value}`);
  await testBed.disconnect();
  return JSON.parse(
    shown.replaceAll(queue, 'queue').replaceAll(/amq\.(?:ctag|gen)-[\w-]+/g, 'named by the server'),
  );
}
