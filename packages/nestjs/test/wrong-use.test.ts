import { describe, expect, it } from '@jest/globals';
import { ClientKafka, ClientRMQ, ServerKafka, ServerRMQ } from '@nestjs/microservices';
import { createWaybill } from '@waybill/core';
import { traceClientKafka, traceServerKafka } from '../src/kafka.ts';
import { traceClientRMQ, traceServerRMQ } from '../src/rabbitmq.ts';

const waybill = createWaybill();

describe.each([
  ['traceServerKafka', traceServerKafka, () => new ServerKafka({}), () => new ServerRMQ({})],
  ['traceServerRMQ', traceServerRMQ, () => new ServerRMQ({}), () => new ServerKafka({})],
  ['traceClientKafka', traceClientKafka, () => new ClientKafka({}), () => new ClientRMQ({})],
  ['traceClientRMQ', traceClientRMQ, () => new ClientRMQ({}), () => new ClientKafka({})],
] as const)('%s', (name, trace, make, makeOther) => {
  const call = trace as (part: unknown, waybill: unknown) => unknown;

  it('gives back what it was given, also the second time', () => {
    const part = make();
    expect(call(part, waybill)).toBe(part);
    expect(call(part, waybill)).toBe(part);
  });

  it('refuses another part of Nest, and what is connected already', () => {
    expect(() => call(makeOther(), waybill)).toThrow(`${name}: an object of `);
    const connected = Object.assign(make(), { client: {}, server: {} });
    expect(() => call(connected, waybill)).toThrow(`${name}: it is connected already`);
  });

  it('refuses what is no Waybill', () => {
    expect(() => call(make(), {})).toThrow(`${name}: an object is not a Waybill.`);
  });
});
