import { CREDENTIAL_FILES } from '../cluster/credentials.ts';
import type { Step } from '../plan/step.ts';
import type { KeyPair } from '../pki/key-pair.ts';
import type { ClusterFolder } from '../state/home.ts';
import { readForeignTls, trusted } from './foreign-tls.ts';
import type { World } from './world.ts';

/** Makes the cluster's CA and the client certificate of the person who creates it. */
export function makeCertificates({ record, folder }: World): Step {
  return {
    id: 'certificates',
    title: 'make CA and client certificate',
    within: 'record',
    isDone: async () =>
      (await readAuthority(folder)) !== undefined &&
      (await folder.read(`client/${CREDENTIAL_FILES.key}`)) !== undefined,
    async run() {
      const { createAuthority, issueCertificate } = await import('../pki/index.ts');
      const { name } = record.spec;
      const authority = (await readAuthority(folder)) ?? (await createAuthority(`${name} CA`));
      const foreign = await readForeignTls(folder);
      const client = await issueCertificate(authority, {
        commonName: 'swarmctl client',
        organization: name,
        usages: ['client'],
        names: [],
      });
      await Promise.all([
        folder.write(`ca/${CREDENTIAL_FILES.certificate}`, authority.certificate),
        folder.write(`ca/${CREDENTIAL_FILES.key}`, authority.privateKey),
        folder.write(`client/${CREDENTIAL_FILES.ca}`, trusted(authority, foreign)),
        folder.write(`client/${CREDENTIAL_FILES.certificate}`, client.certificate),
        folder.write(`client/${CREDENTIAL_FILES.key}`, client.privateKey),
      ]);
    },
    // The folder goes as a whole with the record.
    undo: () => folder.remove(),
  };
}

/** The cluster's CA; undefined when this machine does not hold it. */
export async function readAuthority(folder: ClusterFolder): Promise<KeyPair | undefined> {
  const [certificate, privateKey] = await Promise.all([
    folder.read(`ca/${CREDENTIAL_FILES.certificate}`),
    folder.read(`ca/${CREDENTIAL_FILES.key}`),
  ]);
  return certificate !== undefined && privateKey !== undefined
    ? { certificate, privateKey }
    : undefined;
}
