// The automatic instrumentations of OpenTelemetry for the same clients, and the hook by which they see ES modules.
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AmqplibInstrumentation } = require('@opentelemetry/instrumentation-amqplib');
const { AwsInstrumentation } = require('@opentelemetry/instrumentation-aws-sdk');
const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');

register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(__filename));
registerInstrumentations({
  instrumentations: [new AmqplibInstrumentation(), new AwsInstrumentation(), new KafkaJsInstrumentation()],
});
