import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describeCertificates } from '../pki/index.ts';
import type { ClusterFolder, StateHome } from '../state/home.ts';
import { fileName, type Collection } from './collection.ts';
import { timings } from './timings.ts';

/** Logs of the last runs, whichever cluster they were about. */
const LOGS = 5;

/** What this machine has noted of a cluster: as it stands in the files, readable or damaged. */
export async function fromFolder(
  into: Collection,
  home: StateHome,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = home.cluster(name);
  await Promise.all([
    into.put('cluster/state-file.txt', { what: 'the state file', signal }, () =>
      folder.read('cluster.json'),
    ),
    into.put('cluster/lock.json', { what: 'the lock', signal }, () => home.lockOf(name)),
    journalOf(into, folder, signal),
    certificatesOf(into, folder, signal),
    debugLogs(into, home.logs, signal),
  ]);
}

async function journalOf(
  into: Collection,
  folder: ClusterFolder,
  signal: AbortSignal,
): Promise<void> {
  const journal = await into.ask({ what: 'the journal', signal }, () =>
    folder.read('journal.ndjson'),
  );
  if (journal === undefined) return;
  into.add('cluster/journal.ndjson', journal);
  into.add('cluster/timings.txt', timings(journal));
}

/** Of every PEM file in the folder that holds certificates what they say. */
async function certificatesOf(
  into: Collection,
  folder: ClusterFolder,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(folder.path, { recursive: true }).catch(() => []);
  const described = await Promise.all(
    entries
      .filter((entry) => entry.endsWith('.pem'))
      .sort()
      .map((entry) =>
        into.ask({ what: `the certificate ${entry}`, signal }, async () => {
          const pem = (await folder.read(entry)) ?? '';
          return pem.includes('PRIVATE KEY') ? [] : [[entry, describeCertificates(pem)] as const];
        }),
      ),
  );
  const files = described.flatMap((one) => one ?? []);
  if (files.length > 0) into.add('cluster/certificates.json', Object.fromEntries(files));
}

async function debugLogs(into: Collection, folder: string, signal: AbortSignal): Promise<void> {
  const logs = await readdir(folder).catch(() => []);
  await Promise.all(
    logs
      .sort()
      .slice(-LOGS)
      .map((log) =>
        into.put(`logs/${fileName(log)}`, { what: `the log ${log}`, signal }, () =>
          readFile(path.join(folder, log), 'utf8'),
        ),
      ),
  );
}
