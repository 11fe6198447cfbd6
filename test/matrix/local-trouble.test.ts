import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { execa } from 'execa';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { NAME, Trial } from './ground.ts';
import { localGround } from './local.ts';
import { randomKills } from './random-kills.ts';
import type { Trouble } from './troubles.ts';

const { ground, close } = await localGround();
const trial = await Trial.on(ground);
const { place } = ground;
const state = path.join(place.home, '.swarmctl');

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await trial.cleanUp();
});
afterAll(async () => {
  await trial.close();
  await close();
});

const node = `swarmctl-${NAME}-1`;
const master = `swarmctl-${NAME}-m`;
const inNode = (...command: string[]) => place.docker('exec', node, ...command);
const drop = (what: string) =>
  inNode('iptables', what, 'INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP');

const someone = net.createServer();
const MANAGER_PORT = 3376;

const troubles: Trouble[] = [
  {
    title: 'a host is killed',
    during: `images ${NAME}-1`,
    happens: () => place.docker('kill', node),
  },
  {
    title: 'the engine of a host is restarted',
    during: `images ${NAME}-1`,
    happens: () => place.docker('restart', '--time', '1', node),
  },
  {
    title: 'a host drops packets',
    during: `images ${NAME}-1`,
    happens: () => drop('-I'),
    ends: () => drop('-D').catch(() => undefined),
    flags: ['--timeout', '20s'],
  },
  {
    title: "the manager's port is taken",
    during: 'certificates',
    happens: async () => {
      someone.listen(MANAGER_PORT, '0.0.0.0');
      await once(someone, 'listening').catch(() => undefined);
    },
    ends: async () => {
      someone.close();
      await Promise.resolve();
    },
  },
  {
    title: 'etcd is killed',
    during: `registered ${NAME}-1`,
    happens: () => place.docker('exec', master, 'docker', 'kill', 'etcd'),
    flags: ['--timeout', '30s'],
  },
  {
    title: 'the disk with the state is full',
    during: 'certificates',
    happens: () => execa('dd', ['if=/dev/zero', `of=${state}/fill`, 'bs=64k'], { reject: false }),
    ends: () => rm(path.join(state, 'fill'), { force: true }),
  },
];

describe('local hosts: create goes on, and destroy leaves nothing, when', () => {
  it.each(troubles.map((trouble) => [trouble.title, trouble] as const))(
    '%s',
    async (_, trouble) => {
      const small = trouble.title.includes('disk');
      if (small) {
        await mkdir(state, { recursive: true });
        await execa('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', state]);
      }
      try {
        await trial.getInto(trouble);
        await trial.leavesNothing();
        await trial.getInto(trouble);
        await trial.becomesHealthy();
        await trial.leavesNothing();
      } finally {
        if (small) await execa('umount', [state]);
      }
    },
  );

  it('two creates run at once', async () => {
    const both = await Promise.all([trial.start(), trial.start()]);
    const ended = both.map(({ exitCode }) => exitCode).sort();
    expect(ended, both.map(({ all }) => all).join('\n')).toEqual([0, 1]);
    expect(both.map(({ all }) => all).join('\n')).toContain('another swarmctl');
    await trial.becomesHealthy();
    await trial.leavesNothing();
  });

  it.each(['1999-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'])(
    'a process that is gone has left its lock, by a clock that says %s',
    async (since) => {
      const gone = execa('true');
      const { pid } = gone;
      await gone;
      const lock = path.join(state, 'locks', NAME);
      const leave = async () => {
        await mkdir(path.dirname(lock), { recursive: true });
        await writeFile(lock, JSON.stringify({ pid, machine: hostname(), since }));
      };
      await leave();
      await trial.becomesHealthy();
      await leave();
      await trial.leavesNothing();
    },
  );

  it('the state was written by a version to come', async () => {
    await trial.becomesHealthy();
    const file = path.join(state, 'clusters', NAME, 'cluster.json');
    const text = await readFile(file, 'utf8');
    const later = JSON.stringify({ ...(JSON.parse(text) as object), version: 99, new: [] });
    await writeFile(file, later);
    const { exitCode, all } = await trial.start();
    expect(exitCode).toBe(1);
    expect(all).toContain('was written by a newer swarmctl (version 99)');
    expect(await readFile(file, 'utf8')).toBe(later);
    await writeFile(file, text);
    await trial.becomesHealthy();
    await writeFile(file, later);
    // What carries the cluster's label is known without its state.
    await trial.leavesNothing();
  });

  it('the state is moved to another path', async () => {
    await trial.becomesHealthy();
    const elsewhere = path.join(place.home, 'elsewhere');
    await rename(state, elsewhere);
    const moved = { SWARMCTL_HOME: elsewhere };
    const again = await trial.start(undefined, moved);
    expect(again.exitCode, again.all).toBe(0);
    expect(again.all).toContain('Nothing to do');
    const gone = await place.swarmctl(['destroy', NAME, '--yes'], { env: moved });
    expect(gone.exitCode, gone.stderr).toBe(0);
    await trial.isAsBefore();
  });
});

randomKills('local hosts', trial, 2500);
