/** Releases of OpenTelemetry JS that users have installed. `sdk` is an alias, so one program runs on all. */
export const openTelemetryLines = [
  {
    // The lowest that the packages' peers accept.
    title: 'OpenTelemetry JS 2.0',
    dependencies: {
      '@opentelemetry/api': '1.9.0',
      '@opentelemetry/context-async-hooks': '2.0.0',
      '@opentelemetry/instrumentation': '0.200.0',
      sdk: 'npm:@opentelemetry/sdk-trace-base@2.0.0',
    },
  },
  {
    title: 'OpenTelemetry JS 2.x',
    dependencies: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/context-async-hooks': '2.12.0',
      '@opentelemetry/instrumentation': '0.223.0',
      sdk: 'npm:@opentelemetry/sdk-trace-base@2.12.1',
    },
  },
  {
    title: 'OpenTelemetry JS 3.x',
    dependencies: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/configuration': '0.301.0',
      '@opentelemetry/context-async-hooks': '3.1.0',
      '@opentelemetry/instrumentation': '0.300.0',
      sdk: 'npm:@opentelemetry/sdk-trace@3.1.0',
    },
  },
] as const;
