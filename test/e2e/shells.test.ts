import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateJson } from '../helpers/schemas.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

const RUN = `${process.execPath} ${EXECUTABLE}`;

describe('env in real shells', () => {
  const cluster = 'shells';
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--nodes', '1']);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  const version = 'docker version --format "{{.Server.Version}}"';
  const node = 'docker info --format "{{.Name}}"';
  const rest = `sh -c 'echo "host=$DOCKER_HOST cluster=$SWARMCTL_CLUSTER no=$NO_PROXY"'`;
  const active = `${RUN} active`;
  const posix = (argv: string) => `eval "$(${RUN} ${argv} --shell sh)"`;

  async function runIn(shell: string, script: string, env: NodeJS.ProcessEnv = {}) {
    const option = shell === 'emacs' ? ['-Q', '--batch', '--eval'] : ['-c'];
    const { stdout } = await execa(shell, [...option, script], {
      env: { ...place.environment(), ...env },
      extendEnv: false,
    });
    return stdout.split('\n');
  }

  /** Of a cluster, then of one of its hosts, and then of what was there before. */
  const expected = () => [
    bestSwarm.serverVersion,
    'shells',
    'shells-1',
    'shells-1',
    `host=${sandbox.engine()} cluster= no=mine`,
  ];

  it.each([
    ['bash', posix],
    ['zsh', (argv: string) => `eval "$(${RUN} ${argv} --shell zsh)"`],
    ['dash', posix],
    // As it is written for docker-machine.
    ['sh', (argv: string) => `eval $(${RUN} ${argv})`],
    ['fish', (argv: string) => `${RUN} ${argv} --shell fish | source`],
    ['tcsh', (argv: string) => `eval "\`${RUN} ${argv} --shell tcsh\`"`],
  ])('%s', async (shell, take) => {
    const script = [
      ...[take('env'), version, active],
      ...[take('env shells-1 --no-proxy'), node, active],
      ...[take('env --unset'), rest],
    ];
    expect(await runIn(shell, script.join('\n'), { NO_PROXY: 'mine' })).toEqual(expected());
  });

  it('emacs', async () => {
    const take = (argv: string) => {
      const words = [EXECUTABLE, ...argv.split(' '), '--shell', 'emacs'];
      const call = `(call-process "${process.execPath}" nil '(t nil) nil ${words.map((word) => `"${word}"`).join(' ')})`;
      return `(with-temp-buffer ${call} (eval-buffer))`;
    };
    const show = (command: string) =>
      `(princ (shell-command-to-string "${command.replace(/["\\]/g, '\\$&')}"))`;
    const script = [
      ...[take('env'), show(version), show(active)],
      ...[take('env shells-1 --no-proxy'), show(node), show(active)],
      ...[take('env --unset'), show(rest)],
    ];
    const seen = await runIn('emacs', `(progn ${script.join(' ')})`, { NO_PROXY: 'mine' });
    expect(seen.filter(Boolean)).toEqual(expected());
  });

  it.each([
    ['bash', (words: string) => `docker $(${words})`],
    ['zsh', (words: string) => `docker $(${words})`],
    ['dash', (words: string) => `docker $(${words})`],
    ['fish', (words: string) => `docker (${words})`],
    ['tcsh', (words: string) => `docker \`${words}\``],
    ['bash', (words: string) => `eval docker $(${words})`, 'with blanks'],
    ['zsh', (words: string) => `eval docker $(${words})`, 'with blanks'],
    ['fish', (words: string) => `docker (${words})`, 'with blanks'],
  ])('the flags of config in %s (%#)', async (shell, docker, folder = '.swarmctl') => {
    const env = { SWARMCTL_HOME: path.join(place.home, folder) };
    if (folder !== '.swarmctl' && !existsSync(env.SWARMCTL_HOME)) {
      await symlink(path.join(place.home, '.swarmctl'), env.SWARMCTL_HOME);
    }
    const script = [
      `${docker(`${RUN} config`)} info --format '"{{.ServerVersion}}"'`,
      `${docker(`${RUN} config shells-1`)} info --format '"{{.Name}}"'`,
    ];
    const seen = await runIn(shell, script.join('\n'), env);
    expect(seen.map((line) => line.replaceAll('"', ''))).toEqual([
      bestSwarm.serverVersion,
      'shells-1',
    ]);
  });

  it('url and ip lead to the same places, and with --json all say what was promised', async () => {
    const line = async (...argv: string[]) => (await place.swarmctl(argv)).stdout;
    const info = ['info', '--format', '{{.Name}}'];
    const at = async (url: string) =>
      (await place.dockerThrough('shells', ['--host', url, ...info])).stdout;
    expect(await at(await line('url', 'shells-1'))).toBe('shells-1');
    const [master = '', host = ''] = (await line('ip', 'shells', 'shells-1')).split('\n');
    expect(await at(`tcp://${host}:2376`)).toBe('shells-1');
    expect(await at(`tcp://${master}:2376`)).toBe('shells-m');

    const url = await line('url');
    expect(url).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    for (const command of ['config', 'url', 'ip'] as const) {
      expect(validateJson(command, await place.json([command, 'shells-1']))).toEqual([]);
    }
    const { stdout } = await place.swarmctl(['active', '--json'], { env: { DOCKER_HOST: url } });
    expect(validateJson('active', JSON.parse(stdout))).toEqual([]);
    expect(validateJson('env', await place.json(['env', '--no-proxy']))).toEqual([]);
    expect(validateJson('env', await place.json(['env', '--unset']))).toEqual([]);
    expect(await place.swarmctl(['active'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('no active cluster: docker talks to unix://') as string,
    });
    expect(await place.swarmctl(['config', 'shells-2'])).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('works on while the environment points at the manager', async () => {
    const { result } = await place.json<{ result: { variables: Record<string, string | null> } }>([
      'env',
    ]);
    const env = Object.fromEntries(
      Object.entries(result.variables).filter(([, value]) => value !== null),
    ) as Record<string, string>;
    expect((await place.swarmctl(['status'], { env })).exitCode).toBe(0);
    const create = await place.swarmctl(place.createArguments('second'), { env });
    expect(create.exitCode).toBe(3);
    expect(create.stderr).toContain('leads to a swarm manager');
    expect(create.stderr).toContain('env --unset');
  });

  it.each([
    ['28.2.2', undefined],
    ['29.0.1', '1.30'],
  ])('with docker CLI %s DOCKER_API_VERSION is %s', async (version, expected) => {
    const folder = await mkdtemp(path.join(place.home, 'bin-'));
    const script = `#!/bin/sh\necho "Docker version ${version}, build 0"\n`;
    await writeFile(path.join(folder, 'docker'), script, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
    const { stdout } = await place.swarmctl(['env', '--shell', 'sh'], { env });
    expect(/export DOCKER_API_VERSION="(.*)"/.exec(stdout)?.[1]).toBe(expected);
  });

  it('refuses a shell it does not know', async () => {
    const { exitCode, stderr } = await place.swarmctl(['env', '--shell', 'ksh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('known: bash');
  });

  it('names the clusters when there are several', async () => {
    await place.create('other', ['--nodes', '1']);
    try {
      for (const command of ['env', 'status', 'destroy']) {
        const { exitCode, stderr } = await place.swarmctl([command]);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('other, shells');
      }
    } finally {
      await place.swarmctl(['destroy', 'other', '--yes']);
    }
  });
});
