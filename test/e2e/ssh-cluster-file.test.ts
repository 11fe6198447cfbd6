import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

describe('a cluster file with servers', () => {
  const cluster = 'written';
  let servers: SshPlace;
  let place: Workplace;
  let hosts: SshHost[];
  let file: string;

  /** What selects the swarm under test, as a file says it. */
  function swarmLines(): string[] {
    const [flag, value = ''] = bestSwarm.flags;
    return flag === '--swarm-image'
      ? [`  swarm: "${value}"`, 'imageArchives:']
      : ['imageArchives:', `  - "${value}"`];
  }

  beforeAll(async () => {
    servers = await SshPlace.open();
    place = await Workplace.open();
    hosts = await Promise.all([1, 2].map(() => servers.start()));
    file = path.join(place.home, 'swarmctl.yaml');
    const [node, master] = hosts.map(({ address }) => address);
    const lines = [
      ...['version: 1', `name: ${cluster}`, 'discovery: etcd', 'hosts:'],
      ...[`  - url: ssh://${node ?? ''}`, '    engine:', '      labels: {disk: ssd}'],
      ...['      options: [debug]', '    role: node'],
      ...[`  - url: ssh://root@${master ?? ''}`, '    role: master'],
      'scheduleOnMaster: true',
      'ports: {engine: 2377, manager: 3377, store: 2479}',
      `ssh: {user: root, port: 22, key: "${servers.key}"}`,
      'engine: {labels: {region: eu}, install: false}',
      ...['images:', `  etcd: "${sandbox.etcdImage()}"`, ...swarmLines()],
      `  - "${sandbox.sleeperArchive()}"`,
    ];
    await writeFile(file, lines.join('\n'));
  }, IMAGE_DEADLINE);

  afterAll(async () => {
    await place.close();
    await servers.close();
  });

  it('makes the cluster that it describes: roles, ports, labels of one host and of all', async () => {
    const outcome = await place.swarmctl(['create', '-f', file, '--timeout', '3m']);
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toContain(`tcp://${hosts[1]?.address ?? ''}:3377`);
    const result = await place.status('-f', file);
    expect(result).toMatchObject({ health: 'healthy', problems: [] });
    expect(result.nodes.map(({ name }) => name)).toEqual([`${cluster}-m`, `${cluster}-1`]);
    const { stdout: info } = await place.dockerThrough(cluster, ['info']);
    expect(info.match(/region=eu/g)).toHaveLength(2);
    expect(info.match(/disk=ssd/g)).toHaveLength(1);
    expect(info).toContain(`${hosts[0]?.address ?? ''}:2377`);
  });

  it('has nothing to do the second time, and tells another master', async () => {
    const again = await place.swarmctl(['create', '-f', file]);
    expect(again.stdout).toContain('Nothing to do');
    const master = `ssh://${hosts[0]?.address ?? ''}`;
    const other = await place.swarmctl(['create', '-f', file, '--master', master]);
    expect(other.exitCode).toBe(3);
    expect(other.stderr).toContain('hosts: is ');
  });

  it('goes', async () => {
    const { exitCode, stdout } = await place.swarmctl(['destroy', '-f', file, '--yes']);
    expect(stdout).toContain(`Cluster ${cluster} is gone`);
    expect(exitCode).toBe(0);
  });
});
