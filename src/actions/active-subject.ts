import { lookup } from 'node:dns/promises';
import { masterOf, type ClusterRecord, type Host } from '../cluster/record.ts';
import { resolveUrl } from '../engine/resolve-endpoint.ts';
import { SwarmctlError } from '../errors.ts';
import { parseHostUrl } from '../hosts/host-url.ts';
import { isSsh } from '../hosts/kind.ts';
import { abortable, limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';
import type { Subject } from './find-subject.ts';

/** For the addresses of names, of which some may be nobody's any more. */
const NAMES_DEADLINE = 2000;

/** What the docker CLI talks to, when that is ours. */
interface ActiveSubject {
  readonly subject: Subject;
  /** As it is set, and where. */
  readonly url: string;
  readonly source: string;
}

/** The cluster or host that `DOCKER_HOST` or the current context of the docker CLI leads to. */
export async function activeSubject(context: ActionContext): Promise<ActiveSubject> {
  const { url, source } = await resolveUrl(context.env, context.userHome);
  const place = placeOf(url);
  const stored = await context.home.list();
  const records = stored.flatMap((each) => ('record' in each ? [each.record] : []));
  const deadline = limited(context.signal, NAMES_DEADLINE);
  const found = place && (await findAt(place, records.flatMap(placesOf), deadline));
  if (found) return { subject: found.subject, url, source };
  throw new SwarmctlError('NO_CLUSTER', `no active cluster: docker talks to ${url} (${source})`, {
    suggestions: ['eval "$(swarmctl env NAME)"', 'swarmctl ls'],
  });
}

interface Place {
  readonly by: 'tcp' | 'ssh';
  readonly host: string;
  readonly port: number;
}

/** The same place in whatever way it is written; undefined for a socket. */
function placeOf(url: string): Place | undefined {
  // The docker CLI takes these for the same, and what has no scheme as well.
  const read = parseHostUrl(url.replace(/^(https?:\/\/|(?!\w+:\/\/))/, 'tcp://'));
  if (!('kind' in read)) return undefined;
  if (read.kind === 'tcp') return { by: 'tcp', host: read.host, port: read.port };
  if (read.kind !== 'ssh') return undefined;
  return { by: 'ssh', host: read.target.host, port: read.target.port ?? 22 };
}

type Known = Place & { readonly subject: Subject };

/** Where a cluster's manager and engines are, for this machine and for its hosts. */
function placesOf(record: ClusterRecord): Known[] {
  const at = (subject: Subject, host: string, port: number | undefined): Known[] =>
    port === undefined ? [] : [{ by: 'tcp', host, port, subject }];
  const master = masterOf(record);
  const cluster: Subject = { record, host: undefined };
  return [
    ...at(cluster, master.reach.host, master.reach.manager),
    ...at(cluster, master.address, master.ports.manager),
    ...record.hosts.flatMap((host) => {
      const subject: Subject = { record, host };
      return [
        ...at(subject, host.reach.host, host.reach.engine),
        ...at(subject, host.address, host.ports.engine),
        ...byItsUrl(host).map((place) => ({ ...place, subject })),
      ];
    }),
  ];
}

/** Also a server's engine through ssh, by whatever user. */
function byItsUrl(host: Host): Place[] {
  const place = placeOf(host.url);
  if (!place) return [];
  return isSsh(host) ? [place, { ...place, host: host.reach.host }] : [place];
}

async function findAt(
  place: Place,
  known: readonly Known[],
  deadline: AbortSignal,
): Promise<Known | undefined> {
  const near = known.filter(({ by, port }) => by === place.by && port === place.port);
  const exact = near.find(({ host }) => host === place.host);
  if (exact || near.length === 0) return exact;
  // `localhost` and other names: what counts is the address.
  const own = await addressesOf(place.host, deadline);
  const others = await Promise.all(near.map(({ host }) => addressesOf(host, deadline)));
  return near.find((_, index) => others[index]?.some((address) => own.includes(address)));
}

/** The addresses of a name, or the one form of an address; none of a name that nobody knows. */
async function addressesOf(host: string, deadline: AbortSignal): Promise<string[]> {
  const found = await abortable(lookup(host, { all: true }), deadline).catch(() => []);
  return found.map(({ address, family }) =>
    family === 6 ? new URL(`http://[${address}]`).hostname : address,
  );
}
