const { mailbox } = require('./mailbox.cjs');

/**
 * Sends one message and handles it, with the modules that the caller loaded its own way, and tells what the handler got
 * and what the spans of both sides say.
 */
exports.exchange = async ({ api, sdk, contextAsyncHooks, core, adapter }) => {
  const spans = startOpenTelemetry(api, sdk, contextAsyncHooks);
  const orders = mailbox(adapter, core.createWaybill());

  api.context.with(withTenant(api, 'acme'), () => orders.send('hello'));
  const handled = await orders.handleNext(async (body) => ({
    body,
    tenant: api.propagation.getActiveBaggage()?.getEntry('tenant.id')?.value,
  }));

  const sent = spans.find(({ name }) => name === 'send orders');
  const processed = spans.find(({ name }) => name === 'process orders');
  return {
    handled,
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
