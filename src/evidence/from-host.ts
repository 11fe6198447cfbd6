import type { Host } from '../cluster/record.ts';
import { peerCertificate } from '../engine/peer-certificate.ts';
import type { Engine } from '../engine/engine.ts';
import { isSsh } from '../hosts/kind.ts';
import { ofCluster } from '../hosts/labels.ts';
import { describeCertificates } from '../pki/index.ts';
import type { World } from '../steps/world.ts';
import { fileName, type Collection } from './collection.ts';
import { fromEngine, LINES } from './from-engine.ts';

type Reached = Pick<World, 'access' | 'servers' | 'record'>;

/** What a host's engine, its certificate and our containers on it say, and the log of its dockerd. */
export async function fromHost(
  into: Collection,
  world: Reached,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    engineOf(into, world, host, signal),
    ...(isSsh(host) ? [unitLog(into, world, host, signal)] : []),
  ]);
}

async function engineOf(
  into: Collection,
  { access, record }: Reached,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const about = (what: string) => ({ host: host.name, what, signal });
  const folder = `hosts/${host.name}`;
  const asked = { host: host.name, folder, signal };
  const engine = await fromEngine(into, () => access.engine(host), asked);
  if (!engine) return;
  await Promise.all([
    services(into, engine, { host, cluster: record.spec.name, signal }),
    into.put(`${folder}/certificate.json`, about('its certificate'), async () => {
      const shown = await peerCertificate(await access.tlsEndpoint(host), signal);
      return shown === undefined ? undefined : describeCertificates(shown);
    }),
  ]);
}

/** Manager, agent and store, as far as they are there. */
async function services(
  into: Collection,
  engine: Engine,
  { host, cluster, signal }: { host: Host; cluster: string; signal: AbortSignal },
): Promise<void> {
  const about = (what: string) => ({ host: host.name, what, signal });
  const found = await into.ask(about('our containers'), () =>
    engine.listContainers(ofCluster(cluster), signal),
  );
  await Promise.all(
    (found ?? []).flatMap(({ Id, Names }) => {
      const name = fileName(Names[0] ?? Id.slice(0, 12));
      const folder = `hosts/${host.name}/${name}`;
      return [
        into.put(`${folder}.json`, about(`container ${name}`), () =>
          engine.findContainer(Id, signal),
        ),
        into.put(`${folder}.log`, about(`the log of ${name}`), () =>
          engine.logTail(Id, LINES, signal),
        ),
      ];
    }),
  );
}

/** The journal of dockerd, which root and the groups adm and systemd-journal may read. */
async function unitLog(
  into: Collection,
  { servers }: Reached,
  { name, url }: Host,
  signal: AbortSignal,
): Promise<void> {
  const about = { host: name, what: 'the log of dockerd', signal };
  await into.put(`hosts/${name}/dockerd.log`, about, async () => {
    const connection = await servers.connection(url, signal);
    const command = ['journalctl', '--unit', 'docker', '--lines', String(LINES), '--no-pager'];
    const { exitCode, stdout, stderr } = await connection.run(command, { signal, sudo: true });
    if (exitCode !== 0) throw new Error(stderr.trim() || `exit code ${exitCode}`);
    return stdout.toString('utf8');
  });
}
