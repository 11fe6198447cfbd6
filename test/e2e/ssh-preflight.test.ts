import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PreflightReport } from '../../src/actions/preflight.ts';
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
  hosts = await Promise.all([1, 2, 3].map(() => servers.start()));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

// Whatever was wrong, nothing of ours is on a host.
afterEach(async () => {
  for (const host of hosts) {
    expect(await host.exec('sh', '-c', 'ls -d /etc/swarmctl 2> /dev/null; docker ps -aq')).toBe('');
  }
});

const urls = () => hosts.map(({ address }) => `ssh://root@${address}`);

function withHosts(command: string, all: readonly string[] = urls(), ...more: string[]): string[] {
  return [
    ...[command, 'web', '--etcd-image', sandbox.etcdImage(), ...bestSwarm.flags],
    ...['--ssh-key', servers.key, '--timeout', '40s'],
    ...all.flatMap((url) => ['--host', url]),
    ...more,
  ];
}

/** What preflight has against the hosts: `check host: problem`. */
async function findings(...argv: Parameters<typeof withHosts>): Promise<string[]> {
  const document = await place.json<{ result: PreflightReport }>(withHosts(...argv));
  expect(validateJson('preflight', document)).toEqual([]);
  return document.result.checks
    .filter(({ outcome }) => outcome !== 'ok')
    .map(({ outcome, check, host, problem }) => `${outcome} ${check} ${host ?? ''}: ${problem}`);
}

describe('preflight', () => {
  it('has nothing against hosts that are as they should be', async () => {
    const { exitCode, stdout } = await place.swarmctl(withHosts('preflight'));
    expect(stdout).toContain('ok       reach\n');
    expect(stdout).toContain('Cluster web can be created.');
    expect(exitCode).toBe(0);
  });

  it('tells everything that is wrong with all hosts in one report, and create stops there', async () => {
    const [master, first, second] = hosts;
    await first?.exec('iptables', '-I', 'INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP');
    await second?.exec(
      'docker',
      'volume',
      'create',
      '--label',
      'io.swarmctl.cluster=old',
      'swarmctl',
    );
    await master?.exec(
      'systemd-run',
      '--unit',
      'taken',
      'perl',
      '-MIO::Socket::INET',
      '-e',
      'my $s = IO::Socket::INET->new(LocalPort => 3376, Listen => 1) or die; sleep 600',
    );
    const closed = 'ssh://root@127.0.0.1:1';
    const found = await findings('preflight', [...urls(), closed]);
    const created = await place.swarmctl(withHosts('create', [...urls(), closed]));
    await first?.exec('iptables', '-D', 'INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP');
    await second?.exec('docker', 'volume', 'rm', 'swarmctl');
    await master?.exec('systemctl', 'stop', 'taken');
    const wanted = [
      /^error ssh web-3: cannot connect to 127\.0\.0\.1:1/,
      /^error foreign-swarm web-2: it belongs to cluster old/,
      /^error ports web-m: port 3376, for the manager, is taken by perl/,
      /^error reach web-1: port 2376 of .* does not answer.*: a firewall is in between/,
    ];
    for (const pattern of wanted) expect(found).toContainEqual(expect.stringMatching(pattern));
    expect(created.exitCode).toBe(3);
    expect(created.stderr).toContain('preflight failed, nothing was changed');
    expect(created.stderr).toMatch(
      /on it: sudo iptables -I INPUT -p tcp -s .* --dport 2376 -j ACCEPT/,
    );
    expect(created.stderr).toContain('swarmctl destroy old, or leave the host out');
  });

  it('knows a host by whatever name it has', async () => {
    const [first = '', second = ''] = urls();
    const again = second.replace('ssh://root@', 'ssh://root@').concat(':22');
    const found = await findings('preflight', [first, second, again]);
    expect(found.join()).toContain('are the same host');
  });

  it('leaves hosts of a swarm that was made by hand alone', async () => {
    await hosts[1]?.exec('sh', '-c', 'tar -c -C /bin true | docker import - swarm:by-hand');
    await hosts[1]?.exec('docker', 'create', '--name', 'swarm-agent', 'swarm:by-hand', '/true');
    const found = await findings('preflight');
    await hosts[1]?.exec('docker', 'rm', 'swarm-agent');
    await hosts[1]?.exec('docker', 'rmi', 'swarm:by-hand');
    expect(found).toEqual([
      'error foreign-swarm web-1: it is part of another swarm: container swarm-agent',
    ]);
  });

  it('says which engine runs and does not answer, and does not pass it by', async () => {
    const [, first] = hosts;
    await first?.exec('pkill', '-STOP', '-x', 'dockerd');
    try {
      expect(await findings('preflight')).toEqual([
        expect.stringMatching(
          /^error engine web-1: Docker does not answer on [\d.]+ \(forwarded socket: no answer; dial-stdio: no answer\)$/,
        ),
      ]);
    } finally {
      await first?.exec('pkill', '-CONT', '-x', 'dockerd');
    }
  });

  it('says that a user may not become root', async () => {
    const [first = '', ...others] = urls();
    const found = await findings('preflight', [first.replace('root@', 'plain@'), ...others]);
    expect(found.join('\n')).toContain('error root web-m: commands cannot be run as root');
  });

  it('makes warnings of errors that are to be ignored, by names that it knows', async () => {
    await hosts[1]?.exec('iptables', '-I', 'INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP');
    const found = await findings('preflight', urls(), '--ignore-preflight', 'reach,clock');
    await hosts[1]?.exec('iptables', '-D', 'INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP');
    expect(found).toEqual([expect.stringMatching(/^warning reach web-1: /)]);
    const unknown = await place.swarmctl(
      withHosts('preflight', urls(), '--ignore-preflight', 'raech'),
    );
    expect(unknown.exitCode).toBe(2);
    const ssh = await place.swarmctl(withHosts('create', urls(), '--ignore-preflight', 'ssh'));
    expect(ssh.exitCode).toBe(2);
    expect(unknown.stderr).toContain('there is no check "raech"; did you mean reach?');
  });
});
