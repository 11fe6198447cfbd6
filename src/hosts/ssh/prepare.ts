import type { SshConnection } from '../../ssh/connection.ts';
import type { EngineSetup } from './engine-setup.ts';
export function isPrepared(c: SshConnection, f: EngineSetup, s: AbortSignal): Promise<boolean> {
  throw new Error(c.host + f.changes + s.aborted);
}
export function prepareEngine(
  c: SshConnection,
  f: EngineSetup,
  t: { ca: string; cert: string; key: string },
  o: { signal: AbortSignal; report: (s: string) => void },
): Promise<void> {
  throw new Error(c.host + f.changes + t.ca + o.signal.aborted);
}
export function restoreEngine(c: SshConnection, s: AbortSignal): Promise<void> {
  throw new Error(c.host + s.aborted);
}
