import { createRequire } from 'node:module';

/** The keys that lead to a policy in a file of OpenTelemetry's declarative configuration, schema 1.x. */
export const policyKeys = ['instrumentation/development', 'js', 'waybill', 'policy'] as const;

/** Whether a value was read from a file of OpenTelemetry's declarative configuration: each has its version at the top. */
export function isDeclarativeConfiguration(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'file_format' in value;
}

/** What stands in a value under {@link policyKeys}, or `undefined` where nothing does. */
export function policyUnder(value: unknown): unknown {
  return policyKeys.reduce<unknown>(
    (outer, key) =>
      typeof outer === 'object' && outer !== null ? (outer as Record<string, unknown>)[key] : undefined,
    value,
  );
}

/**
 * Reads the policy in a file of OpenTelemetry's declarative configuration by its own package, which puts environment variables in the
 * place of `${NAME}` and checks the whole file.
 *
 * @throws where that package is missing, or the file is not right.
 */
export function readDeclaredPolicy(path: string): unknown {
  return policyUnder(configurationPackage().parseConfigFile(path));
}

interface ConfigurationPackage {
  parseConfigFile(path: string): unknown;
}

/** An application without such a file does not need the package, so it is an optional peer that is not imported. */
function configurationPackage(): ConfigurationPackage {
  try {
    return createRequire(import.meta.url)('@opentelemetry/configuration') as ConfigurationPackage;
  } catch (cause) {
    throw new Error(
      '@opentelemetry/configuration 0.300 or later reads such files, and cannot be loaded. Install it beside @waybill/policy-file.',
      { cause },
    );
  }
}
