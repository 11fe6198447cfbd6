import { setMaxListeners } from 'node:events';
import { createReadStream } from 'node:fs';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { SshConnection } from '../../src/ssh/connection.ts';
import { reachDocker, type RemoteDocker } from '../../src/ssh/docker-api.ts';
import { sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const { signal } = new AbortController();
setMaxListeners(0, signal);

let place: SshPlace;
/** A usual host, and one whose sshd forwards no sockets. */
let usual: SshHost;
let closed: SshHost;

beforeAll(async () => {
  place = await SshPlace.open();
  [usual, closed] = await Promise.all([
    place.start(),
    place.start({ sshd: ['AllowStreamLocalForwarding no'] }),
  ]);
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

describe.each([
  { user: 'docker-member', forwards: true, way: 'forwarded socket' },
  { user: 'root', forwards: false, way: 'dial-stdio' },
  { user: 'sudoer', forwards: true, way: 'sudo dial-stdio' },
])('the Docker API by $way', ({ user, forwards, way }) => {
  const image = () => sandbox.sleeperImage();
  let host: SshHost;
  let connection: SshConnection;
  let docker: RemoteDocker;
  let engine: Engine;

  /** The plain docker CLI through our socket. */
  const cli = (args: readonly string[], input?: string) =>
    execa('docker', ['-H', `unix://${docker.endpoint.path}`, ...args], {
      env: { DOCKER_HOST: undefined },
      reject: false,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
    });

  beforeAll(async () => {
    host = forwards ? usual : closed;
    connection = await place.connect({ host: host.address, user });
    docker = await reachDocker(connection, signal);
    engine = new Engine(docker.endpoint);
    await engine.loadImages(createReadStream(sandbox.sleeperArchive()), signal);
  });

  afterAll(async () => {
    engine.close();
    await connection.close();
    await expect(new Engine(docker.endpoint).version(signal)).rejects.toThrow();
  });

  it('is reached that way, and is that of the host', async () => {
    expect(docker.way).toBe(way);
    expect((await engine.info(signal)).Name).toBe(host.name);
    expect((await cli(['info', '--format', '{{.Name}}'])).stdout).toBe(host.name);
  });

  it('answers many at a time', async () => {
    const engines = Array.from({ length: 4 }, () => new Engine(docker.endpoint));
    const answers = await Promise.all(
      engines.flatMap((one) => [one.info(signal), one.info(signal), one.version(signal)]),
    );
    expect(answers).toHaveLength(12);
    for (const one of engines) one.close();
  });

  it('takes images of some size and gives them back', async () => {
    expect(await engine.findImage(image(), signal)).toBeDefined();
    let size = 0;
    for await (const chunk of await engine.saveImage(image(), signal)) {
      size += (chunk as Buffer).length;
    }
    expect(size).toBeGreaterThan(2_000_000);
  });

  it('runs containers, follows them and runs commands in them', async () => {
    const script = 'for i in 1 2 3; do echo line $i; sleep 0.2; done; exit 5';
    const name = `job-${user}`;
    const ran = await engine.runOnce({ Image: image(), Cmd: ['sh', '-c', script] }, signal);
    expect(ran).toEqual({ exitCode: 5, output: 'line 1\nline 2\nline 3\n' });

    await cli(['run', '--detach', '--name', name, image(), 'sh', '-c', script]);
    const logs = await cli(['logs', '--follow', name]);
    expect(logs.stdout).toBe('line 1\nline 2\nline 3');
    await engine.removeContainer(name, signal);

    await cli(['run', '--detach', '--name', name, image(), 'sleep', '100']);
    const exec = await engine.exec(name, ['sh', '-c', 'echo out; echo err >&2; exit 7'], signal);
    expect(exec.exitCode).toBe(7);
    expect(exec.output).toContain('out\n');
    expect(exec.output).toContain('err\n');
    await engine.removeContainer(name, signal);
  });

  it('carries both directions of an attached container to their ends', async () => {
    const input = 'x'.repeat(3_000_000);
    const attached = await cli(['run', '--rm', '--interactive', image(), 'cat'], input);
    expect(attached.exitCode).toBe(0);
    expect(attached.stdout).toHaveLength(input.length);
  });
});

describe('a host without a Docker API for us', () => {
  it('that has no Docker says so', async () => {
    const bare = await place.start({ docker: false });
    const connection = await place.connect({ host: bare.address, user: 'root' });
    await expect(reachDocker(connection, signal)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      host: bare.address,
      message: `there is no Docker on ${bare.address}`,
    });
  });

  it.each(['plain', 'asked'])('says what %s lacks', async (user) => {
    const connection = await place.connect({ host: usual.address, user });
    await expect(reachDocker(connection, signal)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: `${user} may not use Docker on ${usual.address} (sudo dial-stdio: sudo: a password is required)`,
      suggestions: expect.arrayContaining([
        `on ${usual.address}: sudo usermod --append --groups docker ${user}`,
      ]) as string[],
    });
  });

  it('takes a sudo rule for this one command', async () => {
    const rule = 'asked ALL=(root) NOPASSWD: /usr/bin/docker system dial-stdio';
    await usual.exec('sh', '-c', 'echo "$0" > /etc/sudoers.d/zz-swarmctl', rule);
    const connection = await place.connect({ host: usual.address, user: 'asked' });
    expect((await reachDocker(connection, signal)).way).toBe('sudo dial-stdio');
  });

  it('whose engine is down says what every way said', async () => {
    await closed.exec('systemctl', 'stop', 'docker.socket', 'docker.service');
    const connection = await place.connect({ host: closed.address, user: 'root' });
    const reaching = reachDocker(connection, signal);
    await expect(reaching).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringMatching(/Docker/) as string,
    });
    await closed.exec('systemctl', 'start', 'docker.socket', 'docker.service');
  });

  it('that stops while it is used is told from one that is lost', async () => {
    const connection = await place.connect({ host: closed.address, user: 'root' });
    const { endpoint, way } = await reachDocker(connection, signal);
    expect(way).toBe('dial-stdio');
    await closed.exec('systemctl', 'stop', 'docker.socket', 'docker.service');
    const engine = new Engine(endpoint);
    await expect(engine.version(signal)).rejects.toThrow(/dial|connect/i);
    await closed.exec('systemctl', 'start', 'docker.socket', 'docker.service');
    expect((await engine.version(signal)).ApiVersion).toBeDefined();
    engine.close();
  });
});
