import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

const HOSTS = ['demo-m', 'demo-1'];

describe('completion in real shells', () => {
  let place: Workplace;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    place = await Workplace.open();
    folder = path.join(place.home, 'work');
    const cluster = path.join(place.home, '.swarmctl/clusters/demo');
    const bin = path.join(place.home, 'bin');
    for (const each of [path.join(folder, 'sub'), cluster, bin]) {
      await mkdir(each, { recursive: true });
    }
    await symlink(EXECUTABLE, path.join(bin, 'swarmctl'));
    await writeFile(path.join(folder, 'my file.yaml'), '');
    const record = { version: 1, cluster: { hosts: HOSTS.map((name) => ({ name })) } };
    await writeFile(path.join(cluster, 'cluster.json'), JSON.stringify(record));
    env = {
      ...place.environment(),
      PATH: `${bin}:${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    };
  });

  afterEach(async () => {
    await place.close();
  });

  /** What every shell makes of the TAB behind a line. */
  const completed = [
    ['swarmctl destr', 'swarmctl destroy'],
    ['swarmctl lock rel', 'swarmctl lock release'],
    ['swarmctl create --min-n', 'swarmctl create --min-nodes'],
    ['swarmctl create --on-failure k', 'swarmctl create --on-failure keep'],
    ['swarmctl create --on-failure=k', 'swarmctl create --on-failure=keep'],
    ['swarmctl status d', 'swarmctl status demo'],
    ['swarmctl exec -c demo demo-1', 'swarmctl exec -c demo demo-1'],
    ['swarmctl scp demo-m', 'swarmctl scp demo-m:'],
    ['swarmctl explain lock', 'swarmctl explain LOCKED'],
    ['swarmctl create -f my', 'swarmctl create -f my\\ file.yaml'],
    ['swarmctl create --file=my', 'swarmctl create --file=my\\ file.yaml'],
    ['swarmctl token serve --data-dir su', 'swarmctl token serve --data-dir sub/'],
  ] as const;

  it.each([
    ['bash', 'bash --norc', 'source <(swarmctl completion bash)'],
    [
      'zsh',
      'zsh -f',
      'autoload -U compinit && compinit -u -D && source <(swarmctl completion zsh)',
    ],
  ])('%s, on a terminal', async (_, shell, load) => {
    const socket = path.join(place.home, 'tmux');
    const tmux = async (...argv: string[]) =>
      (await execa('tmux', ['-S', socket, ...argv], { env, extendEnv: false, cwd: folder })).stdout;
    const screen = async () => (await tmux('capture-pane', '-p')).trim();
    const type = (...keys: string[]) => tmux('send-keys', ...keys);
    try {
      await tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '30', shell);
      await type('-l', `PS1='> '; ${load} && clear`);
      await type('Enter');
      await expect.poll(screen, { timeout: 60_000 }).toBe('>');
      for (const [line, whole] of completed) {
        await type('-l', line);
        await type('Tab');
        await expect.poll(screen, { message: line }).toBe(`> ${whole}`);
        await type('C-u');
        await expect.poll(screen).toBe('>');
      }
    } finally {
      await tmux('kill-server').catch(() => undefined);
    }
  });

  it('fish', async () => {
    const lines = completed.map(([line]) => `complete -C'${line}'; echo .`);
    const script = ['swarmctl completion fish | source', ...lines].join('\n');
    const { stdout } = await execa('fish', ['-c', script], { env, extendEnv: false, cwd: folder });
    const last = (words: string) => (words.split(' ').at(-1) ?? '').replace('\\', '');
    expect(stdout.split(/^\.\n?/m).map((answer) => answer.split('\t')[0]?.trim())).toEqual([
      ...completed.map(([, whole]) => last(whole.replace('\\ ', '\u00A0')).replace('\u00A0', ' ')),
      '',
    ]);
  });

  it('asks no more than what is at hand, and is silent where it fails', async () => {
    const run = (home: string, ...words: string[]) =>
      execa(process.execPath, [EXECUTABLE, '__complete', ...words], {
        ...{ env: { ...env, SWARMCTL_HOME: home, DOCKER_HOST: 'unix:///nonexistent' } },
        extendEnv: false,
      });
    const { stdout } = await run(path.join(place.home, '.swarmctl'), 'zsh', 'swarmctl', 'ssh', '');
    expect(stdout.split('\n')).toEqual(['words', ...HOSTS.map((host) => `${host}:host of demo`)]);
    expect(await run('/dev/null', 'nonsense')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is printed with how to install it, and as JSON', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await place.swarmctl(['completion', shell]);
      expect(stdout).toContain(`swarmctl completion ${shell}`);
      expect(await place.json(['completion', shell])).toEqual({
        ...{ ok: true, warnings: [] },
        result: { script: stdout },
      });
    }
  });
});
