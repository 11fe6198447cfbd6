import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { tracesOn } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const JSON_FILE = '/etc/docker/daemon.json';
/** Odd on purpose: whoever parses and writes it again does not get this text. */
const THEIRS = '{ "log-level":"warn",\n\t"insecure-registries" : [ "10.1.2.3:5000" ]  }';

let servers: SshPlace;
let place: Workplace;
/** The master, a node that somebody uses already, and one without Docker. */
let hosts: [SshHost, SshHost, SshHost];

const onHost = (host: SshHost) => (script: string) => host.exec('sh', '-c', script);

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start(), servers.start()]);
  await prepareUsed(hosts[1]);
  await removeDocker(hosts[2]);
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

async function prepareUsed(host: SshHost): Promise<void> {
  const on = onHost(host);
  await on(`printf '%s' '${THEIRS}' > ${JSON_FILE}; chmod 640 ${JSON_FILE}
    touch -d '2024-02-03 04:05:06' ${JSON_FILE}; systemctl restart docker`);
  await dockerAt(sandbox.engine())([
    'cp',
    sandbox.sleeperArchive(),
    `${host.name}:/root/sleeper.tar`,
  ]);
  await on(`docker load --input /root/sleeper.tar
    docker run --detach --name plain ${sandbox.sleeperImage()}
    docker run --detach --name restarts --restart unless-stopped ${sandbox.sleeperImage()}
    docker create --name stopped ${sandbox.sleeperImage()}`);
}

/** As if it had never been there. */
async function removeDocker(host: SshHost): Promise<void> {
  await onHost(host)(`systemctl stop docker docker.socket containerd
    dpkg --purge docker.io containerd runc tini
    find /var/lib/docker /var/lib/containerd -mindepth 1 -delete; rm -rf /etc/docker`);
}

const ssh = () => ['--ssh-key', servers.key];
const urls = (which: readonly SshHost[] = hosts) =>
  which.flatMap(({ address }) => ['--host', `ssh://root@${address}`]);

function create(name: string, which?: readonly SshHost[]) {
  return place.swarmctl([
    ...['create', name, '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...[...ssh(), ...bestSwarm.flags, '--timeout', '4m', ...urls(which)],
  ]);
}

describe('what was on the hosts before', () => {
  let before: string[];

  beforeAll(async () => {
    before = await Promise.all(hosts.map(tracesOn));
  });

  it('runs on in the cluster, whose engine keeps what somebody configured', async () => {
    const made = await create('used');
    expect(made.exitCode, made.stderr).toBe(0);
    const on = onHost(hosts[1]);
    expect(await on(`docker ps --format '{{.Names}}' | sort`)).toBe('plain\nrestarts\nswarm-agent');
    expect(await on(`docker inspect --format '{{.State.Status}}' stopped`)).toBe('created');
    const registries = await on(
      'docker info --format "{{json .RegistryConfig.InsecureRegistryCIDRs}}"',
    );
    expect(registries).toBeTruthy();
    expect(await on('docker info --format "{{json .RegistryConfig.IndexConfigs}}"')).toContain(
      '10.1.2.3:5000',
    );
    const { stdout } = await place.dockerThrough('used', ['ps', '--format', '{{.Names}}']);
    expect(stdout).toContain(`${hosts[1].name}/plain`);
  });

  it('gets Docker where there was none', async () => {
    const result = await place.status('used');
    expect(result.health).toBe('healthy');
    expect(result.nodes).toHaveLength(2);
  });

  it('is found when the local state is lost', async () => {
    await rm(path.join(place.home, '.swarmctl'), { recursive: true });
    const lost = await place.swarmctl(['status', 'used']);
    expect(lost.exitCode).not.toBe(0);

    const [master] = hosts;
    const found = await place.json<{ result: ClusterStatus }>([
      ...['status', 'used', ...ssh(), ...urls([master])],
    ]);
    expect(found.result.health).toBe('healthy');
    expect(found.result.nodes.map(({ status }) => status)).toEqual(['Healthy', 'Healthy']);
    // Any of them knows all.
    const fromNode = await place.json<{ result: ClusterStatus }>([
      ...['status', ...ssh(), ...urls([hosts[1]])],
    ]);
    expect(fromNode.result.health).toBe('healthy');
  });

  it('is as it was after destroy, from any of the hosts; Docker goes when that is wanted', async () => {
    const gone = await place.swarmctl([
      ...['destroy', 'used', '--yes', '--remove-engine', ...ssh(), ...urls([hosts[2]])],
    ]);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(await Promise.all(hosts.map(tracesOn))).toEqual(before);
  });

  it('is as it was with the state at hand, and Docker stays unless it is said', async () => {
    const made = await create('again');
    expect(made.exitCode, made.stderr).toBe(0);
    const gone = await place.swarmctl(['destroy', 'again', '--yes']);
    expect(gone.exitCode, gone.stderr).toBe(0);
    const after = await Promise.all(hosts.map(tracesOn));
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    const on = onHost(hosts[2]);
    expect(
      await on('systemctl is-active docker; docker ps -aq; docker images -q; docker volume ls -q'),
    ).toBe('active');
    expect(await on('ls /etc/systemd/system/docker.service.d 2>&1 || true')).toContain(
      'No such file',
    );
  });
});
