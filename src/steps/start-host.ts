import type { Host } from '../cluster/record.ts';
import { CREDENTIAL_FILES, credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import { SwarmctlError } from '../errors.ts';
import { issueCredentials } from '../hosts/authority.ts';
import { isPortTaken } from '../hosts/local/local-hosts.ts';
import type { KeyPair } from '../pki/key-pair.ts';
import type { Step } from '../plan/step.ts';
import { readAuthority } from './make-certificates.ts';
import { hostStepId, type World } from './world.ts';

/** What swarm and the store run from on a host, what is waited for first at the front. */
function imagesOn({ record, discovery }: World, host: Host): string[] {
  const { storeImage, spec } = record;
  return [
    ...(host.master && storeImage !== null ? [storeImage] : []),
    ...(host.master || discovery.agents ? [spec.images.swarm] : []),
  ];
}

/** The credential sets of a host for which the cluster's CA issues a certificate. */
function issuedSets({ discovery }: World, host: Host): CredentialSet[] {
  return [
    'engine',
    ...(host.master ? (['manager'] as const) : []),
    ...(host.master && discovery.deployed?.tls === true ? (['store'] as const) : []),
    ...(discovery.credentials === 'issued' ? (['discovery'] as const) : []),
  ];
}

/** The credential set `discovery` where it is not a certificate of our own. */
async function otherCredentials(
  { discovery: { credentials }, givenTls }: World,
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

/** Makes a host: volume, container, credentials, engine. */
export function startHost(world: World, host: Host): Step {
  const { record, folder, hosts, images } = world;
  return {
    id: hostStepId(host),
    title: 'start host',
    host: host.name,
    isDone: (signal) => hosts.isRunning(host, signal),
    async run({ signal }) {
      images.prefetch(imagesOn(world, host));
      try {
        await hosts.start(
          host,
          async () => {
            const authority = await readAuthority(folder);
            if (!authority) {
              throw new SwarmctlError(
                'STATE',
                `the CA of ${record.spec.name} is not on this machine`,
                {
                  suggestions: [`swarmctl destroy ${record.spec.name}, then create it anew`],
                },
              );
            }
            return [
              ...(await issueCredentials(host, issuedSets(world, host), record, authority)),
              ...(await otherCredentials(world, host, authority)),
            ];
          },
          signal,
        );
      } catch (error) {
        if (!isPortTaken(error)) throw error;
        throw new SwarmctlError('STEP_FAILED', (error as Error).message, {
          suggestions: [
            'free the port, or destroy the cluster and create it anew: it gets other ports',
          ],
          cause: error,
        });
      }
    },
    undo: (signal) => hosts.remove(host, signal),
  };
}
