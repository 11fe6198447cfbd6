import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, processesWith, SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import { environmentOf, stepsIn } from '../matrix/faults.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let place: Workplace;
let folder: string;

beforeAll(async () => {
  place = await Workplace.open();
  folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-patience-'));
});

afterAll(async () => {
  await place.close('calm');
  await rm(folder, { recursive: true, force: true });
});

/** Runs swarmctl, and does something as soon as it takes a step. */
async function meanwhile(argv: string[], step: string, happens: () => Promise<unknown>) {
  const trace = path.join(await mkdtemp(`${folder}/`), 'trace');
  const run = place.start(argv, { env: environmentOf(trace) });
  const taken = () => stepsIn(trace, 'run').catch((): string[] => []);
  await eventually(taken, (steps) => steps.includes(step), 60, 20);
  await happens();
  return run;
}

describe('local hosts', () => {
  const flags = ['--nodes', '2'];

  afterEach(async () => {
    expect((await place.swarmctl(['destroy', 'calm', '--yes'])).exitCode).toBe(0);
  });

  it.each([
    ['restarted', ['restart', '--time', '1']],
    ['restarted at once', ['restart', '--time', '0']],
  ])('an engine that is %s in the middle of a create is waited for', async (_, command) => {
    const { exitCode, all } = await meanwhile(
      place.createArguments('calm', flags),
      'images calm-1',
      () => place.docker(...command, 'swarmctl-calm-1'),
    );
    expect(exitCode, all).toBe(0);
    expect(all).toContain('Cluster calm is healthy: 2 nodes');
  });

  it('a store that is slow to come is told of, with the last error', async () => {
    const master = 'swarmctl-calm-m';
    const refuse = (what: string) =>
      place.docker(
        ...['exec', master, 'iptables', what, 'INPUT', '-p', 'tcp', '--dport', '2379'],
        ...['-j', 'REJECT', '--reject-with', 'tcp-reset'],
      );
    const { exitCode, all } = await meanwhile(
      place.createArguments('calm', flags),
      'engine calm-m',
      async () => {
        await refuse('-I');
        await sleep(12_000);
        await refuse('-D');
      },
    );
    expect(exitCode, all).toBe(0);
    const told = [...all.matchAll(/etcd: (still waiting for .*)/g)].map(([, line]) => line);
    expect(told.length, all).toBeGreaterThan(0);
    expect(told.length, all).toBeLessThan(4);
    expect(told[0]).toMatch(/^still waiting for etcd.* \(3\.\d s\): last error: \S+/);
  });
});

describe('servers', () => {
  let servers: SshPlace;
  let hosts: SshHost[];

  beforeAll(async () => {
    servers = await SshPlace.open();
    hosts = await Promise.all([1, 2].map(() => servers.start()));
  }, IMAGE_DEADLINE);

  afterAll(async () => {
    await servers.close();
  });

  afterEach(async () => {
    const { exitCode, stderr } = await place.swarmctl(['destroy', 'serene', '--yes']);
    expect(exitCode, stderr).toBe(0);
  });

  /** Ends the connections of swarmctl to the hosts. */
  async function cut(): Promise<number> {
    const masters = (await processesWith(servers.key)).filter((line) =>
      /^ *\d+ ssh -F .* -M /.test(line),
    );
    for (const line of masters) process.kill(Number.parseInt(line, 10));
    return masters.length;
  }

  it.each(['images serene-1', 'claim serene-1', 'swarm-manager serene-m'])(
    'a connection that is lost in step "%s" is made anew',
    async (step) => {
      let lost = 0;
      const { exitCode, all } = await meanwhile(
        [
          ...['create', 'serene', '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
          ...['--ssh-key', servers.key, ...bestSwarm.flags, '--timeout', '3m'],
          ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
        ],
        step,
        async () => {
          lost = await cut();
        },
      );
      expect(exitCode, all).toBe(0);
      expect(all).toContain('Cluster serene is healthy: 1 node');
      expect(lost).toBe(2);
    },
  );
});
