import { CREDENTIAL_FILES, credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import type { Host } from '../cluster/record.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import { SwarmctlError } from '../errors.ts';
import { issueCredentials } from '../hosts/authority.ts';
import type { KeyPair } from '../pki/key-pair.ts';
import { readForeignTls, trusted } from './foreign-tls.ts';
import { readAuthority } from './make-certificates.ts';
import type { World } from './world.ts';

type Source = Pick<World, 'record' | 'folder' | 'discovery' | 'givenTls'>;

/** The credential sets that all that runs on a host needs. */
export function setsOn({ discovery }: Pick<World, 'discovery'>, host: Host): CredentialSet[] {
  return [
    'engine',
    ...(host.master ? (['manager'] as const) : []),
    ...(host.master && discovery.deployed?.tls === true ? (['store'] as const) : []),
    ...(discovery.credentials === 'none' ? [] : (['discovery'] as const)),
  ];
}

/** The files of credential sets for a host, with certificates of their own. */
export async function credentialsFor(
  source: Source,
  host: Host,
  sets: readonly CredentialSet[],
): Promise<FileToPut[]> {
  const authority = await requireAuthority(source);
  const { discovery, record } = source;
  const isIssued = (set: CredentialSet) =>
    set !== 'discovery' || discovery.credentials === 'issued';
  const foreign = await readForeignTls(source.folder);
  const given = {
    trust: trusted(authority, foreign),
    ...(foreign && { manager: foreign.manager }),
  };
  const issued = await issueCredentials(host, sets.filter(isIssued), record, authority, given);
  return sets.every(isIssued) ? issued : [...issued, ...(await otherSet(source, host, authority))];
}

async function requireAuthority({ record, folder }: Source): Promise<KeyPair> {
  const authority = await readAuthority(folder);
  if (authority) return authority;
  const { name } = record.spec;
  throw new SwarmctlError('STATE', `the CA of ${name} is not on this machine`, {
    suggestions: [`swarmctl destroy ${name}, then create it anew`],
  });
}

/** The credential set `discovery` where it is not a certificate of our own. */
async function otherSet(
  { discovery: { credentials }, givenTls }: Source,
  host: Host,
  authority: KeyPair,
): Promise<FileToPut[]> {
  const folder = credentialFolder('discovery');
  const { ca, cert, key } =
    (credentials === 'ca' ? { ca: authority.certificate } : undefined) ??
    (credentials.startsWith('given') ? await givenTls() : undefined) ??
    {};
  const caAlone = credentials === 'given ca' && !host.master;
  const texts: [string, string | undefined][] = [
    [CREDENTIAL_FILES.ca, ca],
    [CREDENTIAL_FILES.certificate, caAlone ? undefined : cert],
    [CREDENTIAL_FILES.key, caAlone ? undefined : key],
  ];
  return texts.flatMap(([name, text]) =>
    text === undefined ? [] : [{ path: `${folder}/${name}`, text, mode: 0o600 }],
  );
}
