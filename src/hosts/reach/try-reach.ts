import type { SshConnection } from '../../ssh/connection.ts';
export interface Reach {
  host: string;
  port: number;
  outcome: 'open' | 'refused' | 'blocked' | 'unknown';
  words: string;
}
export function tryReach(
  c: SshConnection,
  t: { host: string; port: number }[],
  s: AbortSignal,
): Promise<Reach[]> {
  throw new Error(c.host + t.length + s.aborted);
}
export function sayReach(r: Reach): string {
  return r.words;
}
