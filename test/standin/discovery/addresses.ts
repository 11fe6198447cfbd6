/** Expands ranges such as `10.0.0.[11:13]:2376`. */
export function expandRange(pattern: string): string[] {
  const [range, from, to] = /\[(\d+):(\d+)\]/.exec(pattern) ?? [];
  if (range === undefined) return [pattern];
  const count = Math.max(0, Number(to) - Number(from) + 1);
  return Array.from({ length: count }, (_, index) =>
    pattern.replace(range, String(Number(from) + index)),
  );
}

/** One address without a port makes the whole list invalid. */
export function requirePorts(addresses: readonly string[]): void {
  const bad = addresses.find((address) => !/:[^:\]]*$/.test(address));
  if (bad !== undefined) throw new Error(`address ${bad}: missing port in address`);
}
