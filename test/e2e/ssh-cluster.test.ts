import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateJson } from '../helpers/schemas.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([1, 2, 3, 4].map(() => servers.start()));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

const overIPv4 = () => hosts.map(({ address }) => `ssh://root@${address}`);

/** What a machine without a registry needs to make a cluster of servers. */
function withHosts(command: string, name: string, urls: readonly string[], ...more: string[]) {
  return [
    ...[command, name, '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...['--ssh-key', servers.key, ...bestSwarm.flags, '--timeout', '3m'],
    ...['--image-archive', sandbox.sleeperArchive()],
    ...urls.flatMap((url) => ['--host', url]),
    ...more,
  ];
}

/** What of swarmctl, and what of Docker, is on a host. */
async function traces(host: SshHost): Promise<string> {
  return host.exec(
    'sh',
    '-c',
    `ls -d /etc/swarmctl /etc/systemd/system/docker.service.d 2> /dev/null
     docker ps -aq; docker volume ls -q; docker images -q; pgrep -af '[d]ial-stdio'
     ss -Hltn 'sport = :2376 or sport = :3376 or sport = :2379'`,
  );
}

/** Since when dockerd and our containers run. */
async function since(host: SshHost): Promise<string> {
  return host.exec(
    'sh',
    '-c',
    "systemctl show -p MainPID docker; docker inspect -f '{{.Name}} {{.Id}} {{.State.StartedAt}}' $(docker ps -q)",
  );
}

/** An error of `--json`. */
interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

describe('a cluster of four servers', () => {
  it('is planned, and nothing is done by that', async () => {
    const plan = withHosts('plan', 'web', overIPv4(), '--exit-code');
    const { exitCode, stdout, stderr } = await place.swarmctl(plan);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('took the host key of');
    for (const [index, url] of overIPv4().entries()) {
      expect(stdout).toContain(`web-${index === 0 ? 'm' : String(index)} (${url})\n`);
    }
    expect(stdout).toContain('    docker.service is restarted\n');
    expect(await Promise.all(hosts.map(traces))).toEqual(['', '', '', '']);
    expect((await place.swarmctl(['status', 'web'])).stderr).toContain('there is no cluster web');
    const dry = await place.json(withHosts('create', 'web', overIPv4(), '--dry-run'));
    expect(validateJson('create', dry)).toEqual([]);
  });

  it('is created, and the manager says that all nodes are healthy', async () => {
    const outcome = await place.swarmctl(withHosts('create', 'web', overIPv4()));
    expect(outcome.stdout).toContain('Cluster web is healthy: 3 nodes');
    expect(outcome.stdout).toContain(`tcp://${hosts[0]?.address ?? ''}:3376`);
    expect(outcome.exitCode).toBe(0);
  });

  it('is shown by status, with the certificates of its engines', async () => {
    const status = await place.status('web');
    expect(status).toMatchObject({ health: 'healthy', problems: [] });
    expect(status.nodes.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3']);
    for (const host of status.nodes) expect(host.certificateDaysLeft).toBeGreaterThan(1000);
  });

  it('has nothing to be done when created again, and nothing is restarted', async () => {
    const before = await Promise.all(hosts.map(since));
    const again = await place.swarmctl(withHosts('create', 'web', overIPv4()));
    expect(again.stdout).toContain('Nothing to do: cluster web is as asked for and healthy.');
    const plan = await place.swarmctl(withHosts('plan', 'web', overIPv4(), '--exit-code'));
    expect(plan).toMatchObject({
      exitCode: 0,
      stdout: 'Nothing to do: cluster web is as asked for.',
    });
    expect(await Promise.all(hosts.map(since))).toEqual(before);
  });

  it('is another cluster with other hosts, which is said and not done', async () => {
    const [first = '', second = '', ...rest] = overIPv4();
    const { error } = await place.json<Failure>(
      withHosts('create', 'web', [second, first, ...rest]),
    );
    expect(error.code).toBe('SPEC_DIFFERS');
    expect(error.message).toContain(`hosts: is ${first} (master) ${second}`);
  });

  it('is used by the plain docker CLI, which runs containers on the servers', async () => {
    const run = ['run', '--detach', '--name', 'mine', sandbox.sleeperImage(), 'sleep', '600'];
    expect(await place.dockerThrough('web', run)).toMatchObject({ exitCode: 0 });
    const { stdout } = await place.dockerThrough('web', ['ps', '--format', '{{.Names}}']);
    expect(stdout).toContain('/mine');
    await place.dockerThrough('web', ['rm', '--force', 'mine']);
  });

  it('does not take hosts of another cluster', async () => {
    const { error } = await place.json<Failure>(withHosts('create', 'other', overIPv4()));
    expect(error.message).toContain('web');
    await place.swarmctl(['destroy', 'other', '--yes']);
    expect((await place.status('web')).health).toBe('healthy');
  });

  it('tells within seconds which host is gone, and heals when it is back', async () => {
    const lost = hosts[3];
    await place.docker('pause', lost?.name ?? '');
    const started = Date.now();
    const status = await place.status('web');
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(status.problems.join()).toMatch(/web-3 \(.*\): /);
    await place.docker('unpause', lost?.name ?? '');
    const healed = await place.swarmctl(['status', 'web', '--wait', 'healthy', '--timeout', '90s']);
    expect(healed.stdout).toContain('web: healthy');
  });

  it('goes without a trace', async () => {
    const { exitCode } = await place.swarmctl(['destroy', 'web', '--yes']);
    expect(exitCode).toBe(0);
    expect(await Promise.all(hosts.map(traces))).toEqual(['', '', '', '']);
  });
});

describe('a create that is killed', () => {
  it.each([1200, 2200, 3200])(
    'after %d ms is finished by create or removed by destroy',
    async (after) => {
      const child = place.start(withHosts('create', 'cut', overIPv4()));
      await sleep(after);
      child.kill('SIGKILL');
      await child;
      if (after > 2000) {
        const again = await place.swarmctl(withHosts('create', 'cut', overIPv4()));
        expect(again.stderr).not.toContain('Error');
        expect((await place.status('cut')).health).toBe('healthy');
      }
      await place.swarmctl(['destroy', 'cut', '--yes']);
      expect(await Promise.all(hosts.map(traces))).toEqual(['', '', '', '']);
    },
  );
});

describe('a cluster of servers over IPv6', () => {
  const network = `swarmctl-ipv6-${String(process.pid)}`;
  const prefix = 'fd00:79:54:2';

  beforeAll(async () => {
    await place.docker('network', 'create', '--ipv6', '--subnet', `${prefix}::/64`, network);
    for (const [index, host] of hosts.entries()) {
      await host.exec('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=0');
      await place.docker('network', 'connect', '--ip6', `${prefix}::1${index}`, network, host.name);
    }
  });

  afterAll(async () => {
    await place.swarmctl(['destroy', 'six', '--yes']);
    for (const host of hosts) await place.docker('network', 'disconnect', network, host.name);
    await place.docker('network', 'rm', network);
  });

  it('is healthy, is used by the docker CLI, and goes without a trace', async () => {
    const urls = hosts.map((_host, index) => `ssh://root@[${prefix}::1${index}]`);
    const created = await place.swarmctl(withHosts('create', 'six', urls));
    expect(created.stdout).toContain(
      `manager ${bestSwarm.serverVersion} at tcp://[${prefix}::10]:3376`,
    );
    const { stdout } = await place.dockerThrough('six', ['info']);
    expect(stdout).toContain(`[${prefix}::12]:2376`);
    await place.swarmctl(['destroy', 'six', '--yes']);
    expect(await Promise.all(hosts.map(traces))).toEqual(['', '', '', '']);
  });
});
