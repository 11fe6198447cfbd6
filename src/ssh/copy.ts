import path from 'node:path';
import { runInTerminal } from './child.ts';
import type { SshConnection } from './connection.ts';

export interface Files {
  /** Paths on the one side, and one on the other. */
  readonly from: readonly string[];
  readonly to: string;
  readonly direction: 'there' | 'here';
  readonly recursive: boolean;
}

/** Copies files over the connection with the system's scp, and returns its exit code. */
export async function copyFiles(
  connection: SshConnection,
  { from, to, direction, recursive }: Files,
  signal: AbortSignal,
): Promise<number> {
  const there = (file: string) => `host:${file}`;
  // A path here must not be taken for that of a host, nor for an option.
  const here = (file: string) => path.resolve(file) + (file.endsWith('/') ? '/' : '');
  const args = [
    ...['-F', 'none', '-o', `ControlPath=${path.join(connection.master.folder, 'c')}`],
    ...['-o', 'ProxyCommand=false', '-o', 'BatchMode=yes', '-q'],
    ...(recursive ? ['-r'] : []),
    '--',
    ...from.map(direction === 'there' ? here : there),
    direction === 'there' ? there(to) : here(to),
  ];
  return runInTerminal('scp', args, signal);
}
