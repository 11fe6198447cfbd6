import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateJson } from '../helpers/schemas.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  const created = await Promise.all([
    place.swarmctl([
      ...['create', 'web', '--etcd-image', sandbox.etcdImage(), ...bestSwarm.flags],
      ...['--ssh-key', servers.key, '--timeout', '2m'],
      ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
    ]),
    place.create('loc', ['--nodes', '1']),
  ]);
  for (const { exitCode, stderr } of created)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close('web', 'loc');
  await servers.close();
});

describe.each([
  ['a server', 'web'],
  ['a local host', 'loc'],
])('%s', (_kind, cluster) => {
  const node = `${cluster}-1`;

  it('runs a command with its own outputs and exit code', async () => {
    const command = ['sh', '-c', 'echo out; echo err >&2; exit 7'];
    expect(await place.swarmctl(['ssh', node, '--', ...command])).toEqual({
      ...{ exitCode: 7, stdout: 'out', stderr: 'err' },
    });
  });

  it('is given standard input', async () => {
    const { stdout } = await execa(process.execPath, [EXECUTABLE, 'ssh', node, '--', 'cat'], {
      env: place.environment(),
      extendEnv: false,
      input: 'from here\n',
    });
    expect(stdout).toBe('from here');
  });

  it('runs a command beside the others, each line with its name', async () => {
    const all = ['exec', '--all', '--cluster', cluster, '--', 'sh', '-c', 'echo here; exit 3'];
    const { exitCode, stdout } = await place.swarmctl(all);
    expect(exitCode).toBe(3);
    expect(stdout.split('\n').sort()).toEqual([`${node} | here`, `${cluster}-m | here`]);
    const { stdout: json } = await place.swarmctl(['exec', node, '--json', '--', 'echo', 'one']);
    expect(JSON.parse(json)).toMatchObject({
      result: [{ host: node, exitCode: 0, stdout: 'one\n' }],
    });
  });

  it('takes and gives files', async () => {
    const [there, back] = [path.join(place.home, 'there'), path.join(place.home, 'back')];
    const bytes = randomBytes(100_000);
    await writeFile(there, bytes);
    expect(await place.swarmctl(['scp', there, `${node}:/tmp/blob`])).toMatchObject({
      exitCode: 0,
    });
    expect(await place.swarmctl(['scp', `${node}:/tmp/blob`, back])).toMatchObject({ exitCode: 0 });
    expect((await readFile(back)).equals(bytes)).toBe(true);
    const missing = await place.swarmctl(['scp', `${node}:/nonexistent`, back]);
    expect(missing.exitCode).toBeGreaterThan(0);
  });

  it('shows what ran on it', async () => {
    const agent = await place.swarmctl(['logs', node]);
    expect(agent.stdout).toContain('Registering on the discovery service');
    const several = await place.swarmctl(['logs', `${cluster}-m`, '--tail', '1']);
    expect(several.stdout).toContain(`${cluster}-m swarm-manager | `);
    const manager = await place.swarmctl(['logs', '--cluster', cluster, '--since', '10m']);
    expect(manager.stdout).toContain('Registered Engine');
  });
});

describe('the commands for hosts', () => {
  it('follow a log until they are interrupted', async () => {
    const following = place.start(['logs', 'web-m', '--manager', '--follow', '--tail', '1']);
    const seen = new Promise((resolve) => following.stdout.once('data', resolve));
    await seen;
    following.kill('SIGINT');
    expect((await following).exitCode).toBe(130);
  });

  it('know their hosts', async () => {
    const { stderr, exitCode } = await place.swarmctl(['ssh', 'web-2', '--', 'true']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no host web-2; did you mean web-');
  });

  it('want a command behind two dashes', async () => {
    const { stderr, exitCode } = await place.swarmctl(['ssh', 'web-1', 'ls', '-la']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"ls -la": put -- before the command');
    expect((await place.swarmctl(['exec', '--all'])).exitCode).toBe(2);
  });

  it('report a host that cannot be reached beside the others', async () => {
    await place.docker('pause', hosts[1]?.name ?? '');
    const run = ['exec', '--all', '--cluster', 'web', '--timeout', '10s', '--json', '--', 'true'];
    const { stdout } = await place.swarmctl(run);
    const document = JSON.parse(stdout) as { result: { host: string; problem: string }[] };
    await place.docker('unpause', hosts[1]?.name ?? '');
    expect(validateJson('exec', document)).toEqual([]);
    expect(document.result).toMatchObject([
      { host: 'web-m', exitCode: 0, problem: '' },
      { host: 'web-1', exitCode: null },
    ]);
    expect(document.result[1]?.problem).toContain('cannot connect to');
  });
});
