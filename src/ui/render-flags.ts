import { escapePosix } from './shells/posix.ts';

/**
 * Flags, one a line, for `docker $(…)` and for fish, whose words are lines. There nobody takes quotes
 * off but the docker CLI itself, from the names of TLS files: these get some where a shell that
 * evaluates them needs them.
 */
export function renderFlags(flags: readonly string[]): string {
  return flags.map((flag) => flag.replace(/^(--tls\w+=)(.*[^\w@%+=:,./-].*)$/s, quoted)).join('\n');
}

function quoted(_: string, name: string, value: string): string {
  return `${name}"${escapePosix(value)}"`;
}
