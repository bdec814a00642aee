import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConfirmChannel } from 'amqplib';
import { traceChannel } from '../src/index.ts';
import { type Api, callbacks, promises } from './apis.ts';
import type { Behaviour, Stage } from './behaviour.ts';
import { channelBehaviours } from './channel-behaviours.ts';
import { confirmBehaviours } from './confirm-behaviours.ts';
import { consumeBehaviours } from './consume-behaviours.ts';
import { publishBehaviours } from './publish-behaviours.ts';
import { RabbitLab } from './rabbit-lab.ts';
import { settleBehaviours } from './settle-behaviours.ts';

let lab: RabbitLab;
beforeAll(async () => {
  lab = await RabbitLab.open();
});
afterAll(() => lab.close());
afterEach(() => lab.disconnect());

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
  const channel: NamedChannel = Object.assign(await (await lab.connection()).createConfirmChannel(), {
    team: 'billing',
  });
  const traced: NamedChannel = traceChannel(channel, lab.waybill());
  expect([traced === channel, traced.team]).toEqual([true, 'billing']);
});

/** What a behaviour shows, in words that are the same for every queue. */
async function watch(behaviour: Behaviour, api: Api, traced: boolean): Promise<unknown> {
  const queue = await lab.queue({ autoDelete: false });
  const waybill = traced ? lab.waybill() : undefined;
  const stage: Stage = {
    lab,
    queue,
    channel: () => api.channel(lab, waybill),
    confirmChannel: () => api.confirmChannel(lab, waybill),
    ask: api.ask,
  };
  const shown = JSON.stringify(await behaviour.watch(stage), (_, value) => value ?? `${value}`);
  await lab.disconnect();
  return JSON.parse(
    shown.replaceAll(queue, 'queue').replaceAll(/amq\.(?:ctag|gen)-[\w-]+/g, 'named by the server'),
  );
}
