const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads `1h2m3.5s`; like the program imitated it insists on units. Answers milliseconds. */
export function parseDuration(text: string): number {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  const parts = [...rest.matchAll(/(\d+\.?\d*|\.\d+)([a-zµ]*)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== rest) {
    throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  }
  let total = 0;
  for (const [, amount = '', unit = ''] of parts) {
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const factor = unitMs[unit];
    if (factor === undefined) {
      throw new Error(
        `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`,
      );
    }
    total += Number(amount) * factor;
  }
  return sign === '-' ? -total : total;
}

/** `20s`, `1m0s`, `1h0m0s`: the form the log line about registering uses. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${seconds - minutes * 60}s`;
  if (minutes < 60) return `${minutes}m${rest}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`;
}
