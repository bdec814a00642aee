/**
 * Sends one message through SQS and handles it, with the modules that the caller loaded its own way, and tells what the
 * spans of both sides say.
 */
exports.exchange = async ({ api, sdk, contextAsyncHooks, awsSqs, core, sqs }) => {
  const spans = startOpenTelemetry(api, sdk, contextAsyncHooks);
  const client = sqs.traceSqsClient(
    new awsSqs.SQSClient({
      endpoint: process.env.SQS_ENDPOINT,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    core.createWaybill(),
  );
  const { QueueUrl } = await client.send(new awsSqs.CreateQueueCommand({ QueueName: 'orders' }));

  await api.context.with(withTenant(api, 'acme'), () =>
    client.send(new awsSqs.SendMessageCommand({ QueueUrl, MessageBody: 'hello' })),
  );
  const { Messages } = await client.send(new awsSqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  const handled = await sqs.processMessage(Messages[0], async ({ Body }) => ({
    body: Body,
    tenant: api.propagation.getActiveBaggage()?.getEntry('tenant.id')?.value,
  }));

  client.destroy();
  const sent = spans.find(({ name }) => name === 'send orders');
  const processed = spans.find(({ name }) => name === 'process orders');
  return {
    handled,
    instrumentedBy: { name: sent.instrumentationScope.name, version: sent.instrumentationScope.version },
    isChildOfSend:
      processed.parentSpanContext.spanId === sent.spanContext().spanId &&
      processed.spanContext().traceId === sent.spanContext().traceId,
  };
};

function startOpenTelemetry(api, sdk, { AsyncLocalStorageContextManager }) {
  const spans = [];
  // 3.x names it TracerProvider.
  const TracerProvider = sdk.TracerProvider ?? sdk.BasicTracerProvider;
  const recorder = {
    onStart() {},
    onEnd: (span) => spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [recorder] }));
  return spans;
}

function withTenant({ context, propagation }, tenant) {
  return propagation.setBaggage(
    context.active(),
    propagation.createBaggage({ 'tenant.id': { value: tenant } }),
  );
}
