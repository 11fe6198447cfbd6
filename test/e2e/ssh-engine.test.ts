import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../src/errors.ts';
import { engineSetup } from '../../src/hosts/ssh/engine-setup.ts';
import { installEngine, removeEngine } from '../../src/hosts/ssh/install-engine.ts';
import { Engine } from '../../src/engine/engine.ts';
import { lookAtServer } from '../../src/hosts/ssh/look.ts';
import {
  isPrepared,
  prepareEngine,
  restoreEngine,
  type EngineTls,
} from '../../src/hosts/ssh/prepare-engine.ts';
import type { EngineSetup, WantedEngine } from '../../src/hosts/ssh/setup.ts';
import { createAuthority, issueCertificate } from '../../src/pki/index.ts';
import type { KeyPair } from '../../src/pki/key-pair.ts';
import type { SshConnection } from '../../src/ssh/connection.ts';
import { reachDocker } from '../../src/ssh/docker-api.ts';
import { readTemplate } from '../../src/util/template.ts';
import { eventually } from '../helpers/eventually.ts';
import { sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const { signal } = new AbortController();

const JSON_FILE = '/etc/docker/daemon.json';
const DROP_INS = '/etc/systemd/system/docker.service.d';

let place: SshPlace;
let host: SshHost;
let root: SshConnection;
let sudoer: SshConnection;
let ca: KeyPair;
let tls: EngineTls;

beforeAll(async () => {
  place = await SshPlace.open();
  host = await place.start();
  root = await place.connect({ host: host.address });
  sudoer = await place.connect({ host: host.address, user: 'sudoer' });
  const load = { signal, stdin: createReadStream(sandbox.sleeperArchive()) };
  expect((await root.run(['docker', 'load'], load)).exitCode).toBe(0);
  ca = await createAuthority('ours');
  tls = await serverTls(ca, host.address);
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

async function serverTls(authority: KeyPair, address: string): Promise<EngineTls> {
  const { certificate, privateKey } = await issueCertificate(authority, {
    commonName: 'engine',
    usages: ['server'],
    names: [address],
  });
  return { ca: authority.certificate, cert: certificate, key: privateKey };
}

/** A folder with what the docker CLI needs. */
async function clientFolder(authority: KeyPair, name: string): Promise<string> {
  const folder = path.join(place.folder, name);
  const { certificate, privateKey } = await issueCertificate(authority, {
    commonName: 'client',
    usages: ['client'],
    names: [],
  });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'ca.pem'), authority.certificate);
  await writeFile(path.join(folder, 'cert.pem'), certificate);
  await writeFile(path.join(folder, 'key.pem'), privateKey, { mode: 0o600 });
  return folder;
}

/** The labels of the engine, over TCP with a client certificate of an authority. */
async function overTls(authority: KeyPair, { port = 2376, address = host.address } = {}) {
  const folder = await clientFolder(authority, 'client');
  const env = {
    ...{ DOCKER_HOST: `tcp://${address}:${port}`, DOCKER_TLS_VERIFY: '1' },
    DOCKER_CERT_PATH: folder,
  };
  const format = ['info', '--format', '{{json .Labels}}'];
  return execa('docker', format, { env, reject: false });
}

function wantedOf(overrides: Partial<WantedEngine> = {}): WantedEngine {
  return {
    ...{ cluster: 'demo', port: 2376, labels: [], options: [], environment: [] },
    ...{ registryMirrors: [], insecureRegistries: [], names: [], ...overrides },
  };
}

const engines = new WeakMap<SshConnection, Promise<Engine>>();

function look(connection: SshConnection) {
  const open = async () => new Engine((await reachDocker(connection, signal)).endpoint);
  return lookAtServer(
    connection,
    () => {
      const engine = engines.get(connection) ?? open();
      engines.set(connection, engine);
      return engine;
    },
    signal,
  );
}

async function setupFor(connection: SshConnection, wanted: Partial<WantedEngine> = {}) {
  return engineSetup(await look(connection), wantedOf(wanted));
}

const reports: string[] = [];
const report = (sentence: string) => void reports.push(sentence);

async function prepare(connection: SshConnection, setup: EngineSetup) {
  expect(setup.problems).toEqual([]);
  await prepareEngine(connection, setup, tls, { signal, report });
}

const sh = (script: string) => host.exec('sh', '-c', script);
const pidOf = () => sh('systemctl show docker --property MainPID --value');
const stateOf = (name: string) => sh(`docker inspect --format '{{.State.Status}}' ${name}`);

/** Everything on the host that preparing might change: contents, owners, modes and times. */
async function snapshot(): Promise<string> {
  return sh(`
    find /etc/docker /etc/swarmctl ${DROP_INS} /etc/default/docker /run/*.lock ! -name key.json \\
      -type f -printf '%p %u:%g %m %T@ ' -exec sha256sum {} \\; 2>/dev/null | sort
    ls -d /etc/docker /etc/swarmctl ${DROP_INS} 2>/dev/null
    systemctl is-active docker docker.socket; systemctl is-enabled docker docker.socket
    ss -Hltn 'sport = 2376 or sport = 2375'
    docker info --format '{{.Driver}} {{.Name}} {{json .Labels}}'`);
}

const drop = (text: string) =>
  sh(`mkdir -p ${DROP_INS}; cat > ${DROP_INS}/override.conf <<'X'\n${text}\nX`);
const writeJson = (text: string, meta = 'chmod 640') =>
  sh(
    `printf '%s' '${text}' > ${JSON_FILE}; chgrp docker ${JSON_FILE}; ${meta} ${JSON_FILE}; touch -d '2020-02-02 02:02:02.123456789' ${JSON_FILE}`,
  );

/** With its socket, whose file goes with an engine that has opened one of its own in its place. */
const restart = () =>
  sh(
    'systemctl daemon-reload; systemctl reset-failed docker; systemctl stop docker docker.socket; systemctl start docker',
  );

/** A host as somebody has it, and as it has to be found again. */
function asFound(change: () => Promise<unknown>) {
  const state = { before: '' };
  beforeAll(async () => {
    await change();
    await restart();
    state.before = await snapshot();
  });
  afterAll(async () => {
    await restoreEngine(root, signal);
    await sh(`rm -rf ${JSON_FILE} ${DROP_INS}`);
    await restart();
  });
  return state;
}

describe.each(['root', 'sudoer'])('a plain host (%s)', (user) => {
  const connection = () => (user === 'root' ? root : sudoer);
  const wanted = { labels: ['zone=a b'], environment: ['SECRET=a"b $c'], options: ['mtu=1400'] };
  const found = asFound(() => Promise.resolve());

  it('listens with TLS, to nobody without a certificate of ours', async () => {
    const setup = await setupFor(connection(), wanted);
    expect(await isPrepared(connection(), setup, signal)).toBe(false);
    await prepare(connection(), setup);
    // dockerd tells them in any order.
    const labels = JSON.parse((await overTls(ca)).stdout) as string[];
    expect(labels.sort()).toEqual(['provider=ssh', 'zone=a b']);
    const other = await createAuthority('other');
    const { stderr, exitCode } = await overTls({ ...ca, ...other });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/certificate/);
    const folder = await clientFolder(ca, 'ca-only');
    const without = await execa(
      'curl',
      ['-sS', '--cacert', `${folder}/ca.pem`, `https://${host.address}:2376/_ping`],
      { reject: false },
    );
    expect(without.stderr).toMatch(/certificate required|alert|SSL/i);
    expect(
      await sh('cat /proc/$(systemctl show docker -p MainPID --value)/environ | tr "\\0" "\\n"'),
    ).toContain('SECRET=a"b $c');
    expect(await sh('ip link show docker0')).toContain('mtu');
  });

  it('keeps secrets from others', async () => {
    const files = await sh('find /etc/swarmctl -type f -printf "%m %u %p\\n" | sort');
    expect(files).toContain('600 root /etc/swarmctl/tls/engine/key.pem');
    expect(files).toContain('600 root /etc/swarmctl/engine/environment');
  });

  it('is the same afterwards, and stays as it is when it is prepared again', async () => {
    const setup = await setupFor(connection(), wanted);
    expect(await isPrepared(connection(), setup, signal)).toBe(true);
    const pid = await pidOf();
    await prepare(connection(), setup);
    expect(await pidOf()).toBe(pid);
    const other = await setupFor(connection(), { ...wanted, labels: [] });
    expect(await isPrepared(connection(), other, signal)).toBe(false);
  });

  it('is taken back, twice if need be', async () => {
    await restoreEngine(connection(), signal);
    expect(await snapshot()).toBe(found.before);
    const pid = await pidOf();
    await restoreEngine(connection(), signal);
    expect(await pidOf()).toBe(pid);
  });
});

describe('a daemon.json with other keys, written oddly', () => {
  const text =
    '{ "log-driver":"json-file",\r\n\t"log-opts" : {"max-size":"5m"}, "labels":["x=1"],"debug":true }';
  const found = asFound(() => writeJson(text));

  it('takes our labels, keeps its keys, and comes back byte for byte', async () => {
    const before = await setupFor(root, { labels: ['y=2'], options: ['log-opt=max-file=3'] });
    await prepare(root, before);
    const labels = JSON.parse((await overTls(ca)).stdout) as string[];
    expect(labels.sort()).toEqual(['provider=ssh', 'x=1', 'y=2']);
    expect(await sh(`stat -c '%a %U:%G' ${JSON_FILE}`)).toBe('640 root:docker');
    // The same answer while ours is there.
    const after = await setupFor(root, { labels: ['y=2'], options: ['log-opt=max-file=3'] });
    expect({ ...after, changes: [] }).toEqual({ ...before, changes: [] });
    expect(await isPrepared(root, after, signal)).toBe(true);
    // What is no longer wanted goes from it.
    await prepare(root, { ...(await setupFor(root)), daemonJson: undefined });
    expect(await sh(`cat ${JSON_FILE}`)).toBe(text);
    await prepare(root, before);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(found.before);
  });

  it('that somebody edits meanwhile is not lost', async () => {
    await prepare(root, await setupFor(root));
    await sh(`sed -i 's/"5m"/"6m"/' ${JSON_FILE}`);
    await restoreEngine(root, signal);
    expect(await sh(`cat ${JSON_FILE}`)).toBe(text);
    expect(await sh(`cat ${JSON_FILE}.swarmctl-edited; rm ${JSON_FILE}.swarmctl-edited`)).toContain(
      '"6m"',
    );
  });
});

describe('a daemon.json that is a link and says where to listen', () => {
  const text = '{"hosts":["unix:///var/run/docker.sock","tcp://127.0.0.1:2375"]}';
  const found = asFound(async () => {
    await sh(`printf '%s' '${text}' > /srv/daemon.json; ln -sf ../../srv/daemon.json ${JSON_FILE}`);
    await drop('[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd $DOCKER_OPTS');
  });

  it('gets our address, and its own back', async () => {
    const setup = await setupFor(root);
    expect(setup.changes).toContain(
      'tcp://127.0.0.1:2375 had no TLS and wants a client certificate until destroy',
    );
    await prepare(root, setup);
    expect((await overTls(ca)).exitCode).toBe(0);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(found.before);
    expect(await sh(`readlink ${JSON_FILE}; cat ${JSON_FILE}`)).toBe(
      `../../srv/daemon.json\n${text}`,
    );
  });
});

describe('an engine with TLS of another CA', () => {
  let other: KeyPair;
  const found = asFound(async () => {
    other = await createAuthority('theirs');
    const theirs = await serverTls(other, host.address);
    for (const [name, text] of Object.entries(theirs)) {
      await sh(`mkdir -p /etc/docker/tls; cat > /etc/docker/tls/${name} <<'X'\n${String(text)}X`);
    }
    const file = (name: string) => `/etc/docker/tls/${name}`;
    await writeJson(
      JSON.stringify({
        ...{ tlsverify: true, tlscacert: file('ca'), tlscert: file('cert'), tlskey: file('key') },
      }),
    );
    await drop('[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2376');
  });

  it('trusts ours for as long as the cluster is there', async () => {
    expect((await overTls(other)).exitCode).toBe(0);
    const setup = await setupFor(root);
    expect(setup.changes.join('\n')).toContain('clients who trust their CA will not trust');
    await prepare(root, setup);
    expect((await overTls(ca)).exitCode).toBe(0);
    expect((await overTls(other)).exitCode).not.toBe(0);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(found.before);
    expect((await overTls(other)).exitCode).toBe(0);
  });
});

describe('containers that run', () => {
  const run = (name: string, ...flags: string[]) =>
    host.exec(
      'docker',
      'run',
      '--detach',
      '--name',
      name,
      '--stop-signal',
      'KILL',
      ...flags,
      sandbox.sleeperImage(),
    );
  beforeAll(async () => {
    await run('none');
    await run('needs', '--network', 'container:none');
    await run('again', '--restart', 'unless-stopped');
    await run('stopped');
    await host.exec('docker', 'stop', 'stopped');
  });
  afterAll(() => sh('docker rm -f none needs again stopped'));
  const states = () => Promise.all(['none', 'needs', 'again', 'stopped'].map(stateOf));
  const wanted = ['running', 'running', 'running', 'exited'];

  it('run afterwards, and those that do not run do not', async () => {
    const setup = await setupFor(sudoer);
    expect(setup.changes).toEqual(
      expect.arrayContaining([
        'container none stops, and is started again by swarmctl',
        'container again stops, and comes back by itself (restart policy)',
      ]),
    );
    await prepare(sudoer, setup);
    expect(await states()).toEqual(wanted);
    await restoreEngine(sudoer, signal);
    expect(await states()).toEqual(wanted);
  });

  it('run on under live-restore', async () => {
    await writeJson('{"live-restore":true}');
    await restart();
    await sh('docker start none needs');
    const pids = () => sh(`docker inspect --format '{{.State.Pid}}' none needs again`);
    const before = await pids();
    const setup = await setupFor(root);
    expect(setup.changes).toContain('container none keeps running (live-restore)');
    await prepare(root, setup);
    expect(await pids()).toBe(before);
    await restoreEngine(root, signal);
    expect(await pids()).toBe(before);
    await sh(`rm ${JSON_FILE}`);
    await restart();
    await sh('docker start none needs again');
  });

  it('run after live-restore came and went with us', async () => {
    await prepare(root, await setupFor(root, { options: ['live-restore'] }));
    expect(await states()).toEqual(wanted);
    await restoreEngine(root, signal);
    expect(await states()).toEqual(wanted);
  });

  it('run with the old configuration when the engine does not take the new one', async () => {
    const before = await snapshot();
    const setup = await setupFor(root, { options: ['no-such-option=1'] });
    const error = await prepare(root, setup).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SwarmctlError);
    expect((error as SwarmctlError).message).toBe(
      `the engine of ${host.address} does not start (its old configuration is back): unknown flag: --no-such-option`,
    );
    expect(await snapshot()).toBe(before);
    expect(await states()).toEqual(wanted);
  });

  it('the same with a value that dockerd refuses', async () => {
    const setup = await setupFor(root, { options: ['bip=nonsense'] });
    await expect(prepare(root, setup)).rejects.toThrow(
      /\(its old configuration is back\): .*nonsense/,
    );
    expect(await states()).toEqual(wanted);
  });

  it.each([
    'mv -f "$drop_in.swarmctl" "$drop_in"',
    'note_running || fail',
    'systemctl daemon-reload',
    'limited 180 systemctl restart',
    '[ "$(told Type)" = notify ]',
    'start_again\nexit 0',
  ])('are found again when preparing is cut off at: %s', async (where) => {
    const before = await snapshot();
    const setup = await setupFor(root);
    await cutOff(setup, where);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(before);
    expect(await states()).toEqual(wanted);

    await cutOff(setup, where);
    const again = await setupFor(root);
    expect(again.dropIn).toBe(setup.dropIn);
    await prepare(root, again);
    expect(await isPrepared(root, again, signal)).toBe(true);
    expect((await overTls(ca)).exitCode).toBe(0);
    expect(await states()).toEqual(wanted);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(before);
    expect(await states()).toEqual(wanted);
  });

  /** Runs prepare.sh as `prepareEngine` does, killed where it comes to a text. */
  async function cutOff(setup: EngineSetup, where: string) {
    const script = `${await readTemplate('ssh-host/engine.sh')}\n${await readTemplate('ssh-host/prepare.sh')}`;
    expect(script).toContain(where);
    const stop = `kill -KILL $$;\n`;
    const killed = script.replaceAll(where, () => `${stop}${where}`);
    const files = {
      'drop-in': setup.dropIn,
      'ca.pem': tls.ca,
      'cert.pem': tls.cert,
      'key.pem': tls.key,
      digest: 'x',
    };
    const lines = Object.entries(files).map(
      ([name, text]) => `${name} ${Buffer.from(text).toString('base64')}`,
    );
    const { exitCode } = await root.run(['sh', '-c', killed, 'cut'], {
      signal,
      stdin: [...lines, 'end', ''].join('\n'),
    });
    expect(exitCode).toBe(137);
  }
});

describe('swarmctl is killed', () => {
  beforeEach(() => restoreEngine(root, signal));

  it('an abort ends the script on the host, and it can be done again', async () => {
    const before = await snapshot();
    const setup = await setupFor(root);
    const controller = new AbortController();
    const going = prepareEngine(root, setup, tls, { signal: controller.signal, report });
    await sleep(300);
    controller.abort(new Error('enough'));
    await expect(going).rejects.toThrow('enough');
    await prepare(root, await setupFor(root));
    expect((await overTls(ca)).exitCode).toBe(0);
    await restoreEngine(root, signal);
    expect(await snapshot()).toBe(before);
  });
});

describe('an engine that was stopped', () => {
  it('is stopped again afterwards, and not started by a look at it', async () => {
    await sh('systemctl stop docker; systemctl disable docker');
    try {
      const facts = await look(root);
      expect(facts.docker).toMatchObject({ active: false, enabled: false, engine: undefined });
      const setup = engineSetup(facts, wantedOf());
      expect(setup.changes).toContain('docker.service is started');
      await prepare(root, setup);
      expect((await overTls(ca)).exitCode).toBe(0);
      expect(await sh('systemctl is-enabled docker')).toBe('enabled');
      await restoreEngine(root, signal);
      const state = 'systemctl is-active docker; systemctl is-enabled docker; true';
      expect(await sh(state)).toBe('inactive\ndisabled');
    } finally {
      await sh('systemctl enable --now docker');
    }
  });
});

describe('a host without Docker', () => {
  const ours = { cluster: 'demo', images: [] };
  let bare: SshHost;
  let connection: SshConnection;
  const on = (script: string) => bare.exec('sh', '-c', script);
  const installed = () => on(`dpkg-query -W -f '\${Package} \${db:Status-Abbrev}\\n'`);
  const folders = () => on('ls -A /etc/docker /var/lib/docker /etc/swarmctl 2>&1 || true');
  const packages = ['docker.io', 'containerd', 'runc', 'tini'];

  beforeAll(async () => {
    bare = await place.start();
    await on(`systemctl stop docker docker.socket containerd
      dpkg --purge ${packages.join(' ')}
      find /var/lib/docker /var/lib/containerd -mindepth 1 -delete; rm -rf /etc/docker`);
    connection = await place.connect({ host: bare.address, user: 'sudoer' });
  });

  const install = async (source = 'packages') => {
    const facts = await look(connection);
    expect(facts.docker).toBeUndefined();
    await installEngine(connection, facts, { source, signal, report });
  };

  it('gets it from the packages, waiting for whoever installs something else', async () => {
    const before = [await installed(), await folders()];
    // The lock is held by a process that is no apt at all.
    const lock = `import fcntl, time
f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); open('/run/held', 'w'); time.sleep(8)`;
    const holding = bare.exec('python3', '-c', lock);
    await eventually(
      () => on('ls /run'),
      (files) => files.includes('held'),
    );
    reports.length = 0;
    const started = Date.now();
    await install();
    expect(Date.now() - started).toBeGreaterThan(3000);
    expect(reports).toContainEqual(
      expect.stringMatching(/^waiting for package lock held by process \d+ \(python3\) on /),
    );
    await holding;
    expect((await on('sort /etc/swarmctl/engine/installed')).split('\n')).toEqual(
      [...packages].sort(),
    );

    const facts = await look(connection);
    expect(facts.docker).toMatchObject({ active: true, enabled: true, cli: true });
    const setup = engineSetup(facts, wantedOf());
    const own = await serverTls(ca, bare.address);
    await prepareEngine(connection, setup, own, { signal, report });
    expect((await overTls(ca, { address: bare.address })).exitCode).toBe(0);

    await removeEngine(connection, signal, ours);
    await restoreEngine(connection, signal);
    expect([await installed(), await folders()]).toEqual(before);
    await removeEngine(connection, signal, ours);
  });

  it('waits for whoever fetches the lists, too', async () => {
    const lock = `import fcntl, time
f = open('/var/lib/apt/lists/lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); open('/run/held2', 'w'); time.sleep(4)`;
    const holding = bare.exec('python3', '-c', lock);
    await eventually(
      () => on('ls /run'),
      (files) => files.includes('held2'),
    );
    reports.length = 0;
    await install();
    await holding;
    expect(reports.join('\n')).toMatch(/waiting for package lock held by process \d+ \(python3\)/);
  });

  it('keeps it while it runs containers of others, and what they leave', async () => {
    const load = { signal, stdin: createReadStream(sandbox.sleeperArchive()), sudo: true };
    await connection.run(['docker', 'load'], load);
    await bare.exec('docker', 'run', '--detach', '--name', 'theirs', sandbox.sleeperImage());
    await expect(removeEngine(connection, signal, ours)).rejects.toThrow(
      'it runs containers that are not of swarmctl: theirs (running)',
    );
    await on('docker rm -f theirs');
    await removeEngine(connection, signal, ours);
    expect(await on('ls /var/lib/docker')).not.toBe('');
    expect(await on('command -v dockerd || echo none')).toBe('none');
    await restoreEngine(connection, signal);
    await on('find /var/lib/docker -mindepth 1 -delete; rm -rf /etc/docker');
  });

  it('says in apt’s words why it cannot', async () => {
    await on('mv /etc/apt/sources.list /root; rm -rf /var/lib/apt/lists/*');
    try {
      await expect(install()).rejects.toThrow(/cannot install Docker on .*: E: .*docker\.io/);
    } finally {
      await on('mv /root/sources.list /etc/apt');
    }
    await restoreEngine(connection, signal);
  });

  it('gets it by a script from the web, whose last words are told when it fails', async () => {
    await on(`printf 'echo preparing; echo no room for Docker; exit 9' > /srv/bad.sh
      printf 'apt-get update && apt-get install -y --no-install-recommends docker.io' > /srv/good.sh
      dpkg -l curl > /dev/null 2>&1 || { apt-get update && apt-get install -y --no-install-recommends curl; }
      systemd-run --unit web python3 -m http.server --directory /srv 8000`);
    await eventually(
      () => on('curl -s http://127.0.0.1:8000/bad.sh || true'),
      (text) => text !== '',
    );
    await expect(install('http://127.0.0.1:8000/none.sh')).rejects.toThrow(/404/);
    await expect(install('http://127.0.0.1:8000/bad.sh')).rejects.toThrow(
      /the script ended with exit code 9: preparing; no room for Docker/,
    );
    await install('http://127.0.0.1:8000/good.sh');
    expect((await on('sort /etc/swarmctl/engine/installed')).split('\n')).toEqual(
      [...packages].sort(),
    );
    await removeEngine(connection, signal, ours);
    await restoreEngine(connection, signal);
    expect(await on('command -v dockerd || echo none; ls -A /var/lib/docker')).toBe('none');
  });
});
