const { exchange } = require('./exchange.cjs');

const modules = {
  api: require('@opentelemetry/api'),
  sdk: require('sdk'),
  contextAsyncHooks: require('@opentelemetry/context-async-hooks'),
  core: require('@waybill/core'),
  adapter: require('@waybill/core/adapter'),
};

exchange(modules).then((result) => console.log(JSON.stringify(result)));
