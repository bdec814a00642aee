export { expectWritten } from './expect-written.ts';
export { RecordedMeter } from './recorded-meter.ts';
export { type Recorded, recordedTables, table } from './recorded-tables.ts';
