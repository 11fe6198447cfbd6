import { CREDENTIAL_FILES } from '../cluster/credentials.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import {
  isContextMade,
  leaveContext,
  makeContext,
  removeContext,
  whoseContext,
  whyNoContexts,
  type OwnContext,
} from '../engine/own-context.ts';
import { reasonOf } from '../errors.ts';
import { managerUrl } from '../hosts/access.ts';
import { LABEL } from '../hosts/labels.ts';
import type { Step } from '../plan/step.ts';
import type { ClusterFolder } from '../state/home.ts';
import type { World } from './world.ts';

type Known = Pick<OwnContext, 'name' | 'marks'>;
type Cli = Pick<World, 'dockerConfig' | 'warn' | 'note'>;

/** The context of a cluster: of the same name there may be another, made from another folder. */
export function contextOf({ spec, createdAt }: ClusterRecord): Known {
  return { name: nameFor(spec.name), marks: { [LABEL.created]: createdAt } };
}

/** The same where the record is lost. */
export function contextOfFolder({ name, path }: Pick<ClusterFolder, 'name' | 'path'>): Known {
  return { name: nameFor(name), marks: { [LABEL.folder]: path } };
}

/** As `docker --context swarmctl-etcd ps` names it. */
function nameFor(cluster: string): string {
  return `swarmctl-${cluster}`;
}

/**
 * Makes a context of the docker CLI that leads to the manager. A cluster can do without: whatever is
 * wrong with the docker CLI's folder is told, and keeps nobody from making or removing one.
 */
export function makeDockerContext(world: Cli & Pick<World, 'record' | 'folder'>): Step {
  const { dockerConfig, warn } = world;
  const known = contextOf(world.record);
  const { name } = known;
  return {
    id: 'docker context',
    title: `make docker context ${name}`,
    async isDone() {
      const obstacle = await obstacleTo(dockerConfig, known);
      if (obstacle === undefined) return isContextMade(dockerConfig, await wanted(known, world));
      warn(`there is no docker context ${name}: ${obstacle}`);
      return true;
    },
    async run() {
      try {
        await makeContext(dockerConfig, await wanted(known, world));
      } catch (error) {
        warn(`there is no docker context ${name}: ${reasonOf(error)}`);
      }
    },
    byHand: () => [`docker context rm --force ${name}`],
    undo: () => dropDockerContext(known, world),
  };
}

export async function hasDockerContext(
  known: Known,
  { dockerConfig }: Pick<Cli, 'dockerConfig'>,
): Promise<boolean> {
  return (await whoseContext(dockerConfig, known).catch(() => undefined)) === 'ours';
}

/** Removes ours, or what is left of it; who has made it the current one is told what is that now. */
export async function dropDockerContext(
  known: Known,
  { dockerConfig, warn, note }: Cli,
): Promise<void> {
  const { name } = known;
  try {
    if ((await whoseContext(dockerConfig, known)) === 'foreign') return;
    if (await leaveContext(dockerConfig, name)) {
      note(`docker's current context was ${name}; it is the default one again`);
    }
    await removeContext(dockerConfig, name);
  } catch (error) {
    warn(`docker context ${name} stays: ${reasonOf(error)}; docker context rm --force ${name}`);
  }
}

/** Why it cannot be made. */
async function obstacleTo(dockerConfig: string, known: Known): Promise<string | undefined> {
  try {
    const whose = await whoseContext(dockerConfig, known);
    if (whose !== 'foreign') return await whyNoContexts(dockerConfig);
    return `another one has that name; after docker context rm ${known.name} the same create makes it`;
  } catch (error) {
    return reasonOf(error);
  }
}

async function wanted(
  { name, marks }: Known,
  { record, folder }: Pick<World, 'record' | 'folder'>,
): Promise<OwnContext> {
  const cluster = record.spec.name;
  const [ca = '', cert = '', key = ''] = await Promise.all(
    [CREDENTIAL_FILES.ca, CREDENTIAL_FILES.certificate, CREDENTIAL_FILES.key].map((file) =>
      folder.read(`client/${file}`),
    ),
  );
  return {
    name,
    host: managerUrl(record),
    tls: record.spec.insecure ? undefined : { ca, cert, key },
    description: `Docker Swarm cluster ${cluster}, made by swarmctl`,
    marks: { ...marks, [LABEL.cluster]: cluster, [LABEL.folder]: folder.path },
  };
}
