import { CREDENTIAL_FILES, engineKeysFolder } from '../cluster/credentials.ts';
import { namedHosts } from '../cluster/lay-out.ts';
import { publicSpec } from '../cluster/spec.ts';
import type { Step } from '../plan/step.ts';
import type { World } from './world.ts';

/** A file of the cluster's own folder. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

/** Writes down what the cluster is to be, before anything of it exists. */
export function writeRecord(
  { record, folder }: Pick<World, 'record' | 'folder'>,
  further: readonly FolderFile[] = [],
): Step {
  return {
    id: 'record',
    title: 'write down the cluster',
    isDone: async () => (await folder.read('cluster.json')) !== undefined,
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
      for (const { name, host } of namedHosts(record.spec)) {
        if (!host.tls) continue;
        const at = engineKeysFolder({ name });
        await folder.write(`${at}/${CREDENTIAL_FILES.ca}`, host.tls.ca);
        await folder.write(`${at}/${CREDENTIAL_FILES.certificate}`, host.tls.cert);
        await folder.write(`${at}/${CREDENTIAL_FILES.key}`, host.tls.key);
      }
      for (const { name, text } of further) await folder.write(name, text);
      // Last: with it the cluster is there.
      await folder.writeRecord({ ...record, spec: publicSpec(record.spec) });
    },
    undo: () => folder.remove(),
  };
}
