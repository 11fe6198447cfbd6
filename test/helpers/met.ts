import { appendFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { ClusterStatus } from '../../src/health/status.ts';
import type { Met } from '../sandbox/met.mjs';

let client: Promise<string> | undefined;

/**
 * Writes down what a healthy cluster of a test consists of, for docs/versions.md: a line of JSON in
 * the file that `npm test` has set.
 */
export async function noteMet(document: unknown, file = process.env.SWARMCTL_TEST_MET) {
  const { result } = document as { readonly result?: ClusterStatus };
  if (file === undefined || result?.health !== 'healthy') return;
  client ??= execa('docker', ['--version']).then(
    ({ stdout }) => /version ([^\s,]+)/.exec(stdout)?.[1] ?? stdout,
  );
  const { manager, discovery, master, nodes } = result;
  const engines = [...(master ? [master] : []), ...nodes].map((host) => host.engineVersion ?? '?');
  const row: Met = {
    engine: [...new Set(engines)].sort().join(' and '),
    // Such as `etcd 3.4.23`; what has no version is told by its kind.
    discovery: discovery.version ?? discovery.kind,
    client: await client,
    swarm: manager.version ?? '?',
  };
  await appendFile(file, `${JSON.stringify(row)}\n`);
}
