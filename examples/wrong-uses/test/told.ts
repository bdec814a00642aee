import { context, DiagLogLevel, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { startTestTelemetry } from '@waybill/testing';

/** What somebody is told who does this: the message of the error that is thrown, process warnings, and the lines of `diag`. */
export async function told(use: () => unknown): Promise<string[]> {
  const said: string[] = [];
  const say = (_component: string, text: unknown): void => void said.push(String(text));
  const { emitWarning } = process;
  process.emitWarning = ((text: string, { code }: { code: string }) => {
    said.push(`${text} [${code}]`);
  }) as typeof emitWarning;
  const logger = { error: say, warn: say, info: say, debug: say, verbose: say };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  try {
    await use();
  } catch (error) {
    said.push(messageOf(error));
  } finally {
    process.emitWarning = emitWarning;
    for (const api of [diag, context, propagation, trace, metrics]) api.disable();
  }
  return said;
}

/** The message of an error that ends with the error's own code. */
function messageOf(error: unknown): string {
  const { message, code } = error as { message: string; code?: unknown };
  return message.endsWith(`[${String(code)}]`) ? message : `${message} (its code is ${String(code)})`;
}

/** Does something beside an SDK that records. */
export async function withSdk(run: () => unknown): Promise<void> {
  const telemetry = await startTestTelemetry();
  try {
    await run();
  } finally {
    await telemetry.shutdown();
  }
}
