import { describe, expect, it } from '@jest/globals';
import { withoutContext } from './job-scheduler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const ours = { traceparent: `00-${traceId}-${spanId}-01`, waybill: `1-1700000000000-${traceId}-${spanId}` };
const names = ['traceparent', 'tracestate', 'baggage', 'waybill'];
const schedule = { key: 'nightly', every: 1_000 };

describe('an answer about a schedule', () => {
  it('has no template where none was given', () => {
    expect(
      withoutContext({ ...schedule, template: { opts: written({ ...ours, baggage: 'a=1' }) } }, names),
    ).toEqual(schedule);
  });

  it('has of a template what was given', () => {
    const template = { data: 7, opts: { attempts: 3, ...written(ours, { omitContext: true }) } };

    expect(withoutContext({ ...schedule, template }, names)).toEqual({
      ...schedule,
      template: { data: 7, opts: { attempts: 3, telemetry: { omitContext: true } } },
    });
  });

  it('has nothing of what another propagator wrote either', () => {
    const { waybill } = ours;
    const opts = written({ b3: `${traceId}-${spanId}-1`, baggage: 'a=1', waybill, own: '7' });

    expect(withoutContext({ ...schedule, template: { opts } }, ['b3', 'baggage', 'waybill'])).toEqual({
      ...schedule,
      template: { opts: { telemetry: { metadata: '{"own":"7"}' } } },
    });
  });

  it.each([
    ['no template', schedule],
    ['no metadata', { ...schedule, template: { opts: { attempts: 3 } } }],
    ['metadata that we did not write', { ...schedule, template: { opts: written({ traceparent: 'x' }) } }],
    [
      'the context of another instrumentation beside our header',
      {
        ...schedule,
        template: { opts: written({ ...ours, traceparent: `00-${traceId}-1111111111111111-01` }) },
      },
    ],
    ['no schedule', undefined],
  ])('stays as it is with %s', (_what, answer) => {
    expect(withoutContext(answer as { template?: object } | undefined, names)).toBe(answer);
  });
});

function written(headers: object, more: object = {}): { telemetry: { metadata: string } } {
  return { telemetry: { metadata: JSON.stringify(headers), ...more } };
}
