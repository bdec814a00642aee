/** A release line of OpenTelemetry JS that users have installed. */
export interface OpenTelemetryLine {
  readonly title: string;
  /** What the consumer installs; `sdk` is an alias, so one program runs on both. */
  readonly dependencies: Readonly<Record<string, string>>;
}

export const openTelemetryLines: readonly OpenTelemetryLine[] = [
  {
    title: 'OpenTelemetry JS 2.x',
    dependencies: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/context-async-hooks': '2.12.0',
      sdk: 'npm:@opentelemetry/sdk-trace-base@2.12.1',
    },
  },
  {
    title: 'OpenTelemetry JS 3.x',
    dependencies: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/context-async-hooks': '3.1.0',
      sdk: 'npm:@opentelemetry/sdk-trace@3.1.0',
    },
  },
];
