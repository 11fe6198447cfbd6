import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RUNTIME_IMAGE } from '../../src/images/runtime.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import type { TcpHost } from '../sandbox/tcp-host.mjs';
import type { SshHost } from '../sandbox/ssh-host.mjs';
import type { KeyPair } from '../../src/pki/index.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { TcpPlace } from '../helpers/tcp-place.ts';
import { on, startsOn, tracesOn, type AnyHost } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';

/** More than a certificate has left when status begins to warn. */
const DAYS = 90;

let servers: SshPlace;
let engines: TcpPlace;
let place: Workplace;
let master: SshHost;
let second: SshHost;
/** Reached through a jump host only. */
let inner: SshHost;
let listening: TcpHost;
let authority: KeyPair;
/** Of this machine, as the hosts reach it. */
let gateway: string;

beforeAll(async () => {
  [servers, engines, place] = await Promise.all([
    SshPlace.open(),
    TcpPlace.open(),
    Workplace.open(),
  ]);
  let bastion: SshHost;
  [master, second, inner, bastion, listening] = await Promise.all([
    servers.start(),
    servers.start(),
    servers.start(),
    servers.start({ docker: false }),
    engines.prepare(),
  ]);
  const format = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
  gateway = await dockerAt(sandbox.engine())(['inspect', '--format', format, master.name]);

  authority = await engines.authority('Example Root', ['rsa:2048'], 365);
  const names = [`IP:${listening.address}`, 'IP:127.0.0.1'];
  const server = await engines.leaf(authority, {
    commonName: 'engine',
    usages: ['serverAuth'],
    names,
    days: DAYS,
  });
  await engines.serve(listening, { authority, server });

  await on(inner, `iptables -A INPUT -p tcp --dport 22 ! -s ${bastion.address} -j DROP`);
  await mkdir(path.join(place.home, '.ssh'), { mode: 0o700 });
  await writeFile(
    path.join(place.home, '.ssh/config'),
    [
      ...['Host inner', `  HostName ${inner.address}`, '  ProxyJump bastion'],
      ...['Host bastion', `  HostName ${bastion.address}`, '  User plain'],
      ...[`  IdentityFile ${servers.key}`, ''],
    ].join('\n'),
  );
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close('mixed', 'both', 'tokens');
  await Promise.all([servers.close(), engines.close()]);
});

/** The flags of an engine's TLS files. */
async function tlsFlags(usages: ('serverAuth' | 'clientAuth')[], names: string[] = []) {
  const client = await engines.leaf(authority, { commonName: 'alice', usages, names, days: DAYS });
  const folder = await engines.credentials(authority, client);
  const file = (name: string) => path.join(folder, `${name}.pem`);
  return [...['--tls-ca-cert', file('ca'), '--tls-cert', file('cert'), '--tls-key', file('key')]];
}

async function caKeyFlags() {
  const file = path.join(engines.folder, 'ca-key.pem');
  await writeFile(file, authority.privateKey, { mode: 0o600 });
  return ['--tls-ca-key', file];
}

const hostFlags = (...urls: string[]) => urls.flatMap((url) => ['--host', url]);

interface Case {
  readonly name: string;
  /** Those there were before, of which the first is the master. */
  readonly hosts: () => readonly AnyHost[];
  /** Names of hosts that are made for it, such as `mixed-2`. */
  readonly local: readonly string[];
  readonly nodes: number;
  readonly flags: () => Promise<readonly string[]>;
}

describe.each<Case>([
  {
    name: 'mixed',
    hosts: () => [master, second, listening],
    local: ['mixed-3'],
    nodes: 3,
    flags: async () => [
      ...['--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
      ...['--engine-port', '12376', '--manager-port', '13376', '--store-port', '12379'],
      ...hostFlags(`ssh://root@${master.address}`, `ssh://sudoer@${second.address}`),
      ...hostFlags(`tcp://${listening.address}:2376`, 'local'),
      ...['--local-address', gateway, '--node-image', sandbox.nodeImage()],
      ...(await tlsFlags(['clientAuth'])),
      ...(await caKeyFlags()),
    ],
  },
  {
    // The certificate is for the manager as well, and the master is local.
    name: 'both',
    hosts: () => [second, listening],
    local: ['both-m'],
    nodes: 2,
    flags: async () => [
      ...['--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
      ...hostFlags('local', `ssh://root@${second.address}`, `tcp://${listening.address}:2376`),
      ...['--local-address', gateway, '--node-image', sandbox.nodeImage()],
      ...(await tlsFlags(['serverAuth', 'clientAuth'], [`IP:${gateway}`])),
    ],
  },
  {
    name: 'tokens',
    hosts: () => [master, inner, second],
    local: [],
    nodes: 2,
    flags: async () => {
      const docker = [
        'context',
        'create',
        'tokens',
        '--docker',
        `host=ssh://root@${second.address}`,
      ];
      await place.docker(...docker);
      return [
        // What is taken by itself where there is a local host and no registry.
        ...['--discovery', 'token', '--token-image', RUNTIME_IMAGE],
        ...hostFlags(`ssh://root@${master.address}`, 'ssh://sudoer@inner', 'context://tokens'),
      ];
    },
  },
])('a cluster $name', ({ name, hosts, local, nodes, flags }) => {
  let before: string[];
  let argv: string[];

  /** Those made for it are looked at through their engine. */
  const everywhere = (): AnyHost[] => [
    ...hosts(),
    ...local.map((host) => ({
      name: host,
      address: '',
      exec: (...command: string[]) => place.docker('exec', `swarmctl-${host}`, ...command),
    })),
  ];

  beforeAll(async () => {
    before = await Promise.all(hosts().map(tracesOn));
    argv = [
      ...['create', name, '--ssh-key', servers.key, '--timeout', '2m', ...bestSwarm.flags],
      ...['--image-archive', sandbox.sleeperArchive(), ...(await flags())],
    ];
  });

  it('is created, and all nodes are Healthy', async () => {
    const made = await place.swarmctl(argv);
    expect(made.exitCode, made.stderr + made.stdout).toBe(0);
    const result = await place.status(name);
    expect(result.problems).toEqual([]);
    expect(result.health).toBe('healthy');
    expect(result.nodes.map(({ status }) => status)).toEqual(Array(nodes).fill('Healthy'));
  });

  it('runs containers of the plain docker CLI on every node', async () => {
    for (let index = 0; index < nodes; index++) {
      const run = ['run', '--detach', '--name', `job-${index}`, sandbox.sleeperImage()];
      const ran = await place.dockerThrough(name, run);
      expect(ran.exitCode, ran.stderr).toBe(0);
    }
    const { stdout } = await place.dockerThrough(name, ['ps', '--format', '{{.Names}}']);
    const placed = stdout.split('\n').filter((line) => line.includes('/job-'));
    expect(new Set(placed.map((line) => line.split('/')[0])).size).toBe(nodes);
  });

  it('lets docker talk to the engine of each host that it can dial, and past a proxy', async () => {
    const result = await place.status(name);
    const names = [result.master, ...result.nodes].flatMap((host) => host?.name ?? []);
    const info = ['info', '--format', '{{.Name}}'];
    const seen = await Promise.all(names.map((host) => place.dockerThrough(host, info)));
    // The name of the one behind a jump host is known to ssh alone.
    const dialled = everywhere().filter((host) => host !== inner);
    expect(seen.map(({ stdout, stderr }) => stdout + stderr)).toEqual(
      expect.arrayContaining(dialled.map((host) => host.name)),
    );

    const env = { HTTPS_PROXY: 'http://127.0.0.1:9' };
    expect((await place.dockerThrough(name, info, { env })).exitCode).not.toBe(0);
    const past = await place.dockerThrough(name, info, { env, flags: ['--no-proxy'] });
    expect(past.exitCode, past.stderr).toBe(0);
  });

  it('has nothing to be done when created again, and nothing is restarted', async () => {
    const running = await Promise.all(everywhere().map(startsOn));
    const again = await place.swarmctl(argv);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toContain('Nothing to do');
    expect(await Promise.all(everywhere().map(startsOn))).toEqual(running);
  });

  it('goes, and what somebody ran through it stays their own', async () => {
    const removed = await Promise.all(
      Array.from({ length: nodes }, (_, index) =>
        place.dockerThrough(name, ['rm', '--force', `job-${index}`]),
      ),
    );
    expect(removed.map(({ exitCode }) => exitCode)).toEqual(Array(nodes).fill(0));
    const gone = await place.swarmctl(['destroy', name, '--yes']);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(await Promise.all(hosts().map(tracesOn))).toEqual(before);
    expect(await place.labelled(name)).toEqual([]);
  });
});
