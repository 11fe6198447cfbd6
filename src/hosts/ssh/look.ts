import type { SshConnection } from '../../ssh/connection.ts';
import type { ServerFacts } from './facts.ts';
export function lookAtServer(c: SshConnection, s: AbortSignal): Promise<ServerFacts> {
  throw new Error(c.host + s.aborted);
}
