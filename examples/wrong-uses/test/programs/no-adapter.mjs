// @waybill/sqs is not found, as if it were not installed.
import { registerHooks } from 'node:module';
import { DiagConsoleLogger, diag } from '@opentelemetry/api';

diag.setLogger(new DiagConsoleLogger());
registerHooks({
  resolve: (name, context, next) => next(name === '@waybill/sqs' ? '@waybill/none' : name, context),
});
const { SQSClient } = await import('@aws-sdk/client-sqs');
new SQSClient({ region: 'eu-west-1' });
