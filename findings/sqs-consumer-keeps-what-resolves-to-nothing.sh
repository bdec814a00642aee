#!/bin/sh
# From sqs-consumer 14 on, a message whose handler resolves to undefined is neither deleted nor spoken of: it comes again when its visibility
# timeout ends. Up to 13 it was deleted. Resolving to null is warned of.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund thirteen@npm:sqs-consumer@13.0.0 fifteen@npm:sqs-consumer@15.0.3 \
  @aws-sdk/client-sqs@3.1000.0 >/dev/null 2>&1
cat >program.mjs <<'PROGRAM'
/** A queue of one message, in the place of a client. */
function queueOfOne() {
  const commands = [];
  let messages = [{ MessageId: 'm-1', ReceiptHandle: 'r-1', Body: 'one' }];
  return {
    commands,
    async send({ constructor, input }) {
      commands.push(constructor.name);
      if (constructor.name !== 'ReceiveMessageCommand') return {};
      const Messages = messages;
      messages = [];
      return { Messages };
    },
  };
}

async function deletes(Consumer, answer) {
  const warnings = [];
  const { warn } = console;
  console.warn = (...parts) => warnings.push(parts.join(' '));
  const sqs = queueOfOne();
  const consumer = Consumer.create({ queueUrl: 'http://localhost/1/orders', sqs, handleMessage: async () => answer });
  const spoken = [];
  for (const event of ['error', 'processing_error', 'timeout_error']) consumer.on(event, () => spoken.push(event));
  await new Promise((resolve) => {
    consumer.on('response_processed', resolve);
    consumer.start();
  });
  consumer.stop({ abort: true });
  console.warn = warn;
  return { deleted: sqs.commands.includes('DeleteMessageCommand'), warned: warnings.length > 0, events: spoken.length };
}

const results = {};
for (const [name, version] of [['thirteen', '13.0.0'], ['fifteen', '15.0.3']]) {
  const { Consumer } = await import(name);
  for (const answer of [undefined, null]) {
    const result = await deletes(Consumer, answer);
    results[`${name} ${answer}`] = result;
    console.log(`sqs-consumer ${version}, the handler resolves to ${answer}:`, JSON.stringify(result));
  }
}
const { 'thirteen undefined': older, 'fifteen undefined': silent, 'fifteen null': warned } = results;
process.exit(older.deleted && !silent.deleted && !silent.warned && silent.events === 0 && warned.warned ? 0 : 1);
PROGRAM
node program.mjs
