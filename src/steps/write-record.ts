import { isDeepStrictEqual } from 'node:util';
import { CREDENTIAL_FILES, engineKeysFolder } from '../cluster/credentials.ts';
import { namedHosts } from '../cluster/lay-out.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import { publicSpec } from '../cluster/spec.ts';
import type { Step } from '../plan/step.ts';
import type { World } from './world.ts';

/** A file of the cluster's own folder. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

/** Writes down what the cluster is to be, before anything of it exists or is changed. */
export function writeRecord(
  { record, folder }: Pick<World, 'record' | 'folder'>,
  further: readonly FolderFile[] = [],
): Step {
  return {
    id: 'record',
    title: 'write down the cluster',
    isDone: async () => isDeepStrictEqual(await folder.readRecord(), kept(record)),
    async run() {
      const { ca, cert, key } = record.spec.discoveryTls ?? {};
      const given = [
        [CREDENTIAL_FILES.ca, ca],
        [CREDENTIAL_FILES.certificate, cert],
        [CREDENTIAL_FILES.key, key],
      ] as const;
      for (const [name, text] of given) {
        if (typeof text === 'string') await folder.write(`discovery/${name}`, text);
      }
      for (const { name, host } of namedHosts(record.spec, record.hosts)) {
        if (!host.tls) continue;
        const at = engineKeysFolder({ name });
        await folder.write(`${at}/${CREDENTIAL_FILES.ca}`, host.tls.ca);
        await folder.write(`${at}/${CREDENTIAL_FILES.certificate}`, host.tls.cert);
        await folder.write(`${at}/${CREDENTIAL_FILES.key}`, host.tls.key);
      }
      for (const { name, text } of further) await folder.write(name, text);
      // Last: with it the cluster is there.
      await folder.writeRecord(kept(record));
    },
    byHand: () => [`rm -r ${folder.path}`],
    undo: () => folder.remove(),
  };
}

/** Notes that the hosts which the spec no longer has are gone. */
export function forgetLeaving({ record, folder }: Pick<World, 'record' | 'folder'>): Step {
  return {
    id: 'record of hosts that go',
    title: 'strike them from the record',
    isDone: () => Promise.resolve(false),
    run: () => folder.writeRecord(kept({ ...record, leaving: [] })),
    explain: () => Promise.resolve(record.leaving.map(({ name, url }) => `${name} (${url})`)),
  };
}

/** The record as the folder holds it: what opens stores and engines has files of its own. */
function kept(record: ClusterRecord): ClusterRecord {
  return { ...record, spec: publicSpec(record.spec) };
}
