import type { SshConnection } from '../../ssh/connection.ts';
import type { ServerFacts } from './facts.ts';

export function installEngine(
  c: SshConnection,
  f: ServerFacts,
  o: { source: string; signal: AbortSignal; report: (s: string) => void },
): Promise<void> {
  throw new Error(c.host + f.hostname + o.source);
}
export function removeEngine(c: SshConnection, s: AbortSignal): Promise<void> {
  throw new Error(`${c.host} ${String(s.aborted)}`);
}
