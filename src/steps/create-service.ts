import { isLocal, type Host } from '../cluster/record.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import { SwarmctlError } from '../errors.ts';
import { clusterOf, LABEL, LABEL_SCHEMA } from '../hosts/labels.ts';
import { filesInside, serviceOptions, type Service } from '../hosts/service.ts';
import type { Step } from '../plan/step.ts';
import { credentialsFor } from './host-credentials.ts';
import { onHost, type World } from './world.ts';

/**
 * Makes one of our containers on a host, not running yet; one made from other options is replaced. In
 * a local host it is given files of the host. A host that was there before is none of our business, so
 * there the container holds its files itself.
 */
export function createService(world: World, host: Host, service: Service): Step {
  const { access, record } = world;
  const cluster = record.spec.name;
  const options = serviceOptions(service, cluster, isLocal(host) ? 'mounted' : 'held');
  const unfinished = `${service.name}.unfinished`;
  return {
    id: `${service.name} ${host.name} created`,
    title: `create ${service.name}`,
    ...onHost(host),
    async isDone(signal) {
      const found = await (await access.engine(host)).findContainer(service.name, signal);
      return found?.Config.Labels[LABEL.config] === options.Labels?.[LABEL.config];
    },
    async run({ signal }) {
      const engine = await access.engine(host);
      if (isLocal(host)) {
        await engine.removeContainer(service.name, signal);
        await engine.createContainer(options, signal);
        return;
      }
      const found = await engine.findContainer(service.name, signal);
      if (found && found.Config.Labels[LABEL.cluster] !== cluster) throw foreign(host, service);
      await engine.removeContainer(service.name, signal);
      await engine.removeContainer(unfinished, signal);
      if (service.volume) {
        const labels = { [LABEL.cluster]: cluster, [LABEL.schema]: LABEL_SCHEMA };
        await engine.createVolume(service.volume.name, labels, signal);
      }
      const [files] = await Promise.all([
        filesOf(world, host, service),
        engine.createContainer({ ...options, name: unfinished }, signal),
      ]);
      if (files.length > 0) await engine.putFiles(unfinished, files, signal);
      // Under its own name it is whole.
      await engine.renameContainer(unfinished, service.name, signal);
    },
    byHand: () => [
      `docker rm --force --volumes ${service.name}`,
      ...(service.volume ? [`docker volume rm ${service.volume.name}`] : []),
    ],
    async undo(signal) {
      const engine = await access.engineIfAny(host);
      for (const name of [unfinished, service.name]) {
        const found = await engine?.findContainer(name, signal);
        if (found?.Config.Labels[LABEL.cluster] === cluster) {
          await engine?.removeContainer(name, signal);
        }
      }
      if (!engine || !service.volume) return;
      const volume = await engine.findVolume(service.volume.name, signal);
      if (volume && clusterOf(volume.Labels) === cluster) {
        await engine.removeVolume(volume.Name, signal);
      }
    },
  };
}

function foreign(host: Host, { name }: Service): SwarmctlError {
  return new SwarmctlError('STEP_FAILED', `a container ${name} is there that is not ours`, {
    host: host.name,
    suggestions: [`on ${host.name}: docker rename ${name} another-name`],
  });
}

/** What a container that holds its files itself is given. */
async function filesOf(world: World, host: Host, service: Service): Promise<FileToPut[]> {
  const { discovery, record } = world;
  const [credentials, others] = await Promise.all([
    credentialsFor(world, host, service.credentials),
    service.mounts && discovery.files ? discovery.files(record) : [],
  ]);
  return filesInside(service, credentials, others);
}
