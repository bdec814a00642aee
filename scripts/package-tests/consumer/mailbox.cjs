/**
 * The smallest adapter: a mailbox inside the process, whose messages carry headers.
 * `adapter` is `@waybill/core/adapter`, loaded the caller's way.
 */
exports.mailbox = (adapter, waybill) => {
  const port = adapter.portOf(waybill, {
    name: 'mailbox',
    version: '1.0.0',
    system: 'mailbox',
    operations: { send: 'send', receive: 'receive', process: 'process' },
    rival: 'There is no other instrumentation of a mailbox.',
  });
  const messages = [];
  return {
    send(body) {
      const message = { body, headers: new Map(), sentAt: Date.now() };
      const invoke = () => messages.push(message);
      port.publish({ messages: [outgoing(message)], batch: false, completes: 'sync', invoke });
    },
    handleNext(handler) {
      const message = messages.shift();
      return port.process({ messages: [incoming(message)], batch: false }, () => handler(message.body));
    },
  };
};

function outgoing(message) {
  return {
    ...reading(message),
    setHeader(name, value) {
      message.headers.set(name, value);
    },
    deleteHeader: (name) => message.headers.delete(name),
  };
}

function incoming(message) {
  return {
    ...reading(message),
    id: undefined,
    sentAt: message.sentAt,
    sentAtSource: 'sentAt',
    attempt: undefined,
    recurring: false,
    receipt: undefined,
    orderingKey: undefined,
  };
}

function reading(message) {
  return {
    destination: 'orders',
    subject: 'orders',
    native: message,
    header: (name) => message.headers.get(name),
    headerNames: () => message.headers.keys(),
    describe() {},
  };
}
