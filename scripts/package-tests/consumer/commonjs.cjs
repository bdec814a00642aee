const { exchange } = require('./exchange.cjs');

const modules = {
  api: require('@opentelemetry/api'),
  sdk: require('sdk'),
  contextAsyncHooks: require('@opentelemetry/context-async-hooks'),
  awsSqs: require('@aws-sdk/client-sqs'),
  core: require('@waybill/core'),
  sqs: require('@waybill/sqs'),
};

exchange(modules).then((result) => console.log(JSON.stringify(result)));
