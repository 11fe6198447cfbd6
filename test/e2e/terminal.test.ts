import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

/** A terminal with a shell in it, driven as a person would. */
class Terminal {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async #tmux(...argv: string[]): Promise<string> {
    // Nothing of a CI system that runs the tests may be seen inside.
    const env = { PATH: process.env.PATH, TERM: 'xterm' };
    return (await execa('tmux', ['-S', this.#socket, ...argv], { env, extendEnv: false })).stdout;
  }

  async open(place: Workplace): Promise<void> {
    const environment = Object.entries(place.environment()).flatMap(([name, value]) =>
      name === 'NO_COLOR' ? [] : ['-e', `${name}=${value ?? ''}`],
    );
    await this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      '120',
      '-y',
      '50',
      ...environment,
      'sh',
    );
    await this.type('PS1="> "; clear');
  }

  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  async screen(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined);
  }
}

describe('on a real terminal', () => {
  const cluster = 'term';
  let place: Workplace;
  let terminal: Terminal;

  beforeEach(async () => {
    place = await Workplace.open();
    terminal = new Terminal(path.join(place.home, 'tmux'));
    await terminal.open(place);
  });

  afterEach(async () => {
    await terminal.close();
    await place.close(cluster);
  });

  it('shows live progress, asks before destroy, and takes no for an answer', async () => {
    const create = place.createArguments(cluster, ['--nodes', '2']);
    await terminal.type(`${process.execPath} ${EXECUTABLE} ${create.join(' ')}`);
    const seen = async (text: string | RegExp, timeout = 60_000) => {
      await expect.poll(() => terminal.screen(), { timeout, interval: 50 }).toMatch(text);
    };
    await seen(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] term-1: (start host|wait for its engine|load images)/);
    await seen('Cluster term is healthy');
    expect(await terminal.screen()).toMatch(/✔ Hosts\n +✔ term-m \(\d+\.\d s\)/);

    await terminal.type(`clear; ${process.execPath} ${EXECUTABLE} destroy`);
    await seen(/Remove cluster term\? \(y\/N\)/i);
    await terminal.type('n');
    await seen('Cluster term stays as it is');
    expect(await place.labelled(cluster)).toHaveLength(3 + 3 + 1);

    await terminal.type(`clear; ${process.execPath} ${EXECUTABLE} destroy`);
    await seen(/Remove cluster term\? \(y\/N\)/i);
    await terminal.type('y');
    await seen('Cluster term is gone');
    expect(await place.labelled(cluster)).toEqual([]);
  });

  it('shows what would change and asks; a no leaves everything as it is', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const objects = await place.labelled(cluster);
    const manager = () => place.dockerOn('term-m', 'ps', '--no-trunc', '--quiet');
    const before = await manager();
    const seen = async (text: string | RegExp) => {
      await expect.poll(() => terminal.screen(), { timeout: 30_000, interval: 50 }).toMatch(text);
    };
    const argv = place.createArguments(cluster, ['--nodes', '2', '--swarm-opt', 'heartbeat=31s']);
    const command = [process.execPath, EXECUTABLE, ...argv].join(' ');
    await terminal.type(`clear; ${command}`);
    await seen(/nodes: 1 → 2\n +swarm.managerOptions: \(none\) → heartbeat=31s/);
    await seen(/Apply this change to cluster term\? \(y\/N\)/i);
    await terminal.type('n');
    await seen('nothing was changed');
    expect(await place.labelled(cluster)).toEqual(objects);
    expect(await manager()).toBe(before);
    expect((await place.create(cluster, ['--nodes', '1'])).stdout).toContain('Nothing to do');
  });

  it('asks what a cluster file should say', async () => {
    const seen = async (text: string | RegExp) => {
      await expect.poll(() => terminal.screen(), { timeout: 20_000, interval: 50 }).toMatch(text);
    };
    const file = path.join(place.home, 'asked.yaml');
    await terminal.type(`${process.execPath} ${EXECUTABLE} init --file ${file}`);
    await seen('Where do the nodes register?');
    await terminal.type('');
    await seen(/Name of the cluster: .*etcd/);
    await terminal.type('asked');
    await seen('Where are the hosts?');
    await terminal.type('');
    await seen(/Nodes besides the master: .*3/);
    await terminal.type('');
    await seen('How does the manager place containers?');
    await terminal.type('');
    await seen('is written');
    const { result } = await place.json<{ result: unknown }>(['config', 'validate', file]);
    expect(result).toEqual({ file, name: 'asked' });
  });

  it('asks for servers, and again for those that cannot be meant so', async () => {
    const seen = async (text: string | RegExp) => {
      await expect.poll(() => terminal.screen(), { timeout: 20_000, interval: 50 }).toMatch(text);
    };
    const file = path.join(place.home, 'servers.yaml');
    const argv = `init asked --discovery etcd --file ${file}`;
    await terminal.type(`clear; ${process.execPath} ${EXECUTABLE} ${argv}`);
    await seen('Where are the hosts?');
    await terminal.type('\u001b[B');
    await seen('URLs of the servers, the master first:');
    await terminal.type('ssh://root@10.0.0.1, 10.0.0.2');
    await seen('did you mean ssh://10.0.0.2?');
    await terminal.type('\u0008'.repeat(8) + 'ssh://root@10.0.0.2');
    await seen('How does the manager place containers?');
    await terminal.type('');
    await seen('is written');
    await place.json(['config', 'validate', file]);
    expect(await readFile(file, 'utf8')).toContain(
      'hosts:\n  - ssh://root@10.0.0.1\n  - ssh://root@10.0.0.2\n',
    );
  });
});
