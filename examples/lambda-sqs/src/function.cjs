// The Lambda function, as it is deployed: its handler is `function.handler`.
const { propagation } = require('@opentelemetry/api');
const { createWaybill } = require('@waybill/core');
const { processRecords, traceLambdaHandler } = require('@waybill/sqs');

const waybill = createWaybill();

/** What the function did, for whoever plays Lambda in the same process. */
exports.shipped = [];

exports.handler = traceLambdaHandler(
  (event) =>
    processRecords(event, async ({ body, attributes }) => {
      const attempt = Number(attributes.ApproximateReceiveCount);
      // What an order for a piano needs is there at the second attempt.
      if (body === 'piano' && attempt === 1) throw new RangeError('no lorry is free');
      const tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
      exports.shipped.push({ body, tenant });
    }),
  waybill,
);
