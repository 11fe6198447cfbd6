import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import { engineOf } from '../cluster/lay-out.ts';
import type { Host } from '../cluster/record.ts';
import { isRunning } from '../hosts/ssh/ask-engine.ts';
import { engineSetup } from '../hosts/ssh/engine-setup.ts';
import {
  isPrepared,
  prepareEngine as prepare,
  restoreEngine,
} from '../hosts/ssh/prepare-engine.ts';
import { removeEngine } from '../hosts/ssh/install-engine.ts';
import type { Step } from '../plan/step.ts';
import { bounded } from '../util/abort.ts';
import { credentialsFor } from './host-credentials.ts';
import { ownerOf } from './owner-of.ts';
import type { World } from './world.ts';

/** What the cluster itself has put there. */
function ownOf({ spec, storeImage }: World['record']) {
  const images = [spec.images.swarm, ...(storeImage === null ? [] : [storeImage])];
  return { cluster: spec.name, images };
}

/** Milliseconds; an engine that does not answer in time is asked on the host. */
const IDLE_DEADLINE = 5000;

/** What templates/ssh-host/restore.sh does, as far as it matters to whoever does it by hand. */
const RESTORE_BY_HAND = [
  'cp -p /etc/swarmctl/engine/before/daemon.json /etc/docker/ || rm -f /etc/docker/daemon.json',
  'rm -rf /etc/systemd/system/docker.service.d/zz-swarmctl.conf /etc/swarmctl',
  'rmdir --ignore-fail-on-non-empty /etc/systemd/system/docker.service.d',
  'systemctl daemon-reload && systemctl restart docker',
];

/** Whether the engine says that nothing runs on it; one that is stopped would be started by asking. */
async function isIdle({ servers }: World, { url }: Host, signal: AbortSignal): Promise<boolean> {
  if (!(await servers.facts(url)).docker?.engine) return false;
  const engine = await servers.engine(url);
  const ask = (limit: AbortSignal) => engine.listContainers(undefined, limit);
  return !(await bounded(IDLE_DEADLINE, signal, ask)).some(isRunning);
}

/** Makes the engine of a server listen with TLS, with everything else that was said of engines. */
export function prepareEngine(world: World, host: Host): Step {
  const { servers, record } = world;
  const setup = async () => {
    const { spec } = record;
    const own = { cluster: spec.name, port: host.ports.engine, names: spec.tlsSans };
    const wanted = { ...own, ...engineOf(record, host) };
    const facts = await servers.facts(host.url);
    // What it speaks decides about its configuration; the next attempt asks it again.
    const whySilent = facts.docker?.whySilent;
    if (whySilent) {
      servers.forget(host.url);
      throw whySilent;
    }
    return engineSetup(facts, wanted);
  };
  let begun = false;
  return {
    id: `engine prepared ${host.name}`,
    title: 'prepare its engine',
    host: host.name,
    async isDone(signal) {
      // That much is known without asking again, until it was tried.
      const { docker } = await servers.facts(host.url);
      if (!begun && docker?.ownDropIn !== true) return false;
      return isPrepared(await servers.connection(host.url), await setup(), signal);
    },
    async run({ signal, report }) {
      begun = true;
      const [connection, wanted, files] = await Promise.all([
        servers.connection(host.url),
        setup(),
        credentialsFor(world, host, ['engine']),
      ]);
      const text = (name: string) =>
        files.find(({ path }) => path === `${credentialFolder('engine')}/${name}`)?.text ?? '';
      const tls = {
        ca: text(CREDENTIAL_FILES.ca),
        cert: text(CREDENTIAL_FILES.certificate),
        key: text(CREDENTIAL_FILES.key),
      };
      const idle = await isIdle(world, host, signal).catch(() => false);
      await prepare(connection, wanted, tls, { signal, report, idle });
      servers.forget(host.url);
    },
    byHand: () => RESTORE_BY_HAND,
    async undo(signal) {
      const owner = await ownerOf(world, host, signal).catch(() => undefined);
      signal.throwIfAborted();
      // Then what is there is not of this cluster.
      if (owner && !owner.ours) return;
      const connection = await servers.connection(host.url);
      // First: what it needs to know goes with the rest.
      if (world.removesEngines) await removeEngine(connection, signal, ownOf(record));
      await restoreEngine(connection, signal);
      servers.forget(host.url);
    },
    explain: async () => (await setup()).changes,
  };
}
