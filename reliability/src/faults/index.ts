import { applicationFaults } from './application-faults.ts';
import { brokerFaults } from './broker-faults.ts';
import type { Fault } from './fault.ts';
import { telemetryFaults } from './telemetry-faults.ts';

/** The run to compare with if the bare client cannot have the fault. */
export const noFault: Fault = { name: 'none', about: 'Nothing goes wrong.' };

/** Every fault, in the order of the tables. */
export const faults: readonly Fault[] = [noFault, ...brokerFaults, ...applicationFaults, ...telemetryFaults];

/** Whether a fault is in the telemetry, which the bare client does not have. */
export function isOfTelemetry(fault: Fault): boolean {
  return telemetryFaults.includes(fault);
}

/** The fault of that name. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((other) => other.name === name);
  if (fault === undefined) throw new Error(`There is no fault ${name}.`);
  return fault;
}
