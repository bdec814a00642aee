import { clients } from '../clients/index.ts';
import type { Group } from '../group.ts';
import { measureUncompiled } from '../measure/measure-messages.ts';
import type { Measured } from '../measure/run-by-turns.ts';
import { leaveMode, type Mode, modeName } from '../mode.ts';
import { sizeGroup } from './size-group.ts';

const modes: readonly Mode[] = [{ tracing: 'no-sdk' }, { tracing: 'sampled-off' }, { tracing: 'recorded' }];

/** What `--gate` compares with committed figures: it is the same on every machine. */
export const gateGroups: readonly Group[] = [
  {
    name: 'gate/messages',
    processes: 1,
    async measure() {
      const measured: Record<string, Measured[string]> = {};
      for (const client of clients) {
        for (const mode of modes) {
          const variants = { bare: { by: 'bare' }, waybill: { by: 'waybill' } } as const;
          for (const [by, figures] of Object.entries(await measureUncompiled(client, mode, variants))) {
            measured[`${client.name}/${modeName(mode)} ${by}`] = figures;
          }
          leaveMode();
        }
      }
      return measured;
    },
    rows: [],
  },
  { ...sizeGroup, name: 'gate/core' },
];
