const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration for a person: `0.2 ms`, `12 ms`, `1.5 s`, `2 m 3 s`, `1 h 2 m`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1) return ms < 0.05 ? '0 ms' : `${ms.toFixed(1)} ms`;
  if (ms < second - 0.5) return `${Math.round(ms)} ms`;
  if (ms < minute - 50) return `${trimmed(ms / second)} s`;
  if (ms < hour - second / 2) return inTwo(Math.round(ms / second) * second, minute, 'm', second, 's');
  if (ms < day - minute / 2) return inTwo(Math.round(ms / minute) * minute, hour, 'h', minute, 'm');
  return inTwo(Math.round(ms / hour) * hour, day, 'd', hour, 'h');
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 1 : 0)));
}

function inTwo(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.round((ms % large) / small);
  const whole = `${Math.floor(ms / large)} ${largeUnit}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallUnit}`;
}
