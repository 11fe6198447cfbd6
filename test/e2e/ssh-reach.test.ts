import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachFromHere } from '../../src/hosts/reach/reach-from-here.ts';
import type { Reach, Target } from '../../src/hosts/reach/target.ts';
import { tryReach, type RunOnHost } from '../../src/hosts/reach/try-reach.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const { signal } = new AbortController();

/** Ports of the target: where sshd listens, where nobody does, and behind rules of its firewall. */
const PORT = {
  open: 22,
  refused: 2375,
  dropped: 2376,
  prohibited: 2377,
  reset: 2378,
  rejected: 2379,
};

/** What reach.sh needs besides something that connects. */
const TOOLS = ['sh', 'sleep', 'tr', 'grep'];

let place: SshPlace;
let from: SshHost;
let to: SshHost;
let onHost: RunOnHost;

beforeAll(async () => {
  place = await SshPlace.open();
  [from, to] = await Promise.all([place.start({ docker: false }), place.start({ docker: false })]);
  const rules = [
    [PORT.dropped, 'DROP'],
    [PORT.prohibited, 'REJECT', '--reject-with', 'icmp-admin-prohibited'],
    [PORT.reset, 'REJECT', '--reject-with', 'tcp-reset'],
    [PORT.rejected, 'REJECT'],
  ] as const;
  for (const [port, ...verdict] of rules) {
    const rule = ['-p', 'tcp', '--dport', String(port), '-j', ...verdict];
    await to.exec('iptables', '-I', 'INPUT', ...rule);
  }
  const connection = await place.connect({ host: from.address, user: 'plain' });
  onHost = (command, stdin, stop) => connection.run(command, { stdin, signal: stop });
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

const targets = (...ports: number[]): Target[] => ports.map((port) => ({ host: to.address, port }));

const outcomesOf = (reached: readonly Reach[]) => reached.map(({ outcome }) => outcome);

async function timed<T>(work: Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const started = performance.now();
  const result = await work;
  return { result, milliseconds: performance.now() - started };
}

const EXPECTED = ['open', 'refused', 'blocked', 'blocked', 'refused', 'refused'];

describe('from a server', () => {
  it('tells what is open, refused and blocked, all in the time of one', async () => {
    const tried = timed(tryReach(onHost, targets(...Object.values(PORT)), signal));
    const { result, milliseconds } = await tried;
    expect(outcomesOf(result)).toEqual(EXPECTED);
    expect(milliseconds).toBeGreaterThan(2900);
    expect(milliseconds).toBeLessThan(5000);
  });

  it('is quick where nothing is silent', async () => {
    const tried = timed(tryReach(onHost, targets(PORT.open, PORT.refused), signal));
    const { result, milliseconds } = await tried;
    expect(outcomesOf(result)).toEqual(['open', 'refused']);
    expect(milliseconds).toBeLessThan(1500);
  });

  it('takes names and IPv6 addresses', async () => {
    const various = ['localhost', '::1', 'nowhere.invalid'].map((host) => ({ host, port: 22 }));
    const [name, six, nowhere] = await tryReach(onHost, various, signal);
    expect(name).toMatchObject({ host: 'localhost', outcome: 'open' });
    const has6 = await from.exec('cat', '/proc/net/if_inet6').catch(() => '');
    expect(six?.outcome).toBe(has6 === '' ? 'blocked' : 'open');
    expect(nowhere).toMatchObject({ outcome: 'blocked' });
    expect(nowhere?.words).toContain('nowhere.invalid');
  });

  it('tries many at once', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      host: to.address,
      port: index % 2 === 0 ? PORT.open : PORT.dropped,
    }));
    const { result, milliseconds } = await timed(tryReach(onHost, many, signal));
    expect(outcomesOf(result)).toEqual(
      many.map(({ port }) => (port === PORT.open ? 'open' : 'blocked')),
    );
    expect(milliseconds).toBeLessThan(10_000);
  });

  it('leaves nothing running there', async () => {
    await tryReach(onHost, targets(PORT.open, PORT.dropped), signal);
    const running = await from.exec('ps', '-u', 'plain', '-o', 'args=');
    expect(running.split('\n').filter((line) => /\bsleep |\/dev\/tcp/.test(line))).toEqual([]);
  });

  it('does not know where there is nothing to try with', async () => {
    const script = `mkdir -p /opt/bare; for tool in ${TOOLS.join(' ')}; do ln -sf "$(command -v $tool)" /opt/bare; done`;
    await from.exec('sh', '-c', script);
    const bare: RunOnHost = (command, ...more) =>
      onHost(['env', 'PATH=/opt/bare', ...command], ...more);
    expect(await tryReach(bare, targets(PORT.open), signal)).toEqual([
      {
        ...targets(PORT.open)[0],
        outcome: 'unknown',
        words: 'it has neither a bash that can connect nor python3 nor an nc with -z',
      },
    ]);
  });
});

describe('from this machine', () => {
  it('tells the same', async () => {
    const tried = timed(reachFromHere(targets(...Object.values(PORT)), signal));
    const { result, milliseconds } = await tried;
    expect(outcomesOf(result)).toEqual(EXPECTED);
    expect(milliseconds).toBeGreaterThan(2900);
    expect(milliseconds).toBeLessThan(4000);
  });

  // The servers of the sandbox have none of both.
  describe.each(['python3', 'nc'])('with %s in the place of bash', (tool) => {
    it('tells the same', async ({ skip }) => {
      // Those of the system first: others are wrappers that want more of the PATH.
      const env = { PATH: `/usr/bin:/bin:${process.env.PATH ?? ''}` };
      const found = await execa('which', [tool], { env, reject: false });
      skip(found.exitCode !== 0, `${tool} is not installed`);
      const folder = path.join(place.folder, tool);
      await mkdir(folder);
      const wanted = await execa('which', [...TOOLS, tool], { env });
      for (const file of wanted.stdout.split('\n')) {
        await symlink(file, path.join(folder, path.basename(file)));
      }
      const here: RunOnHost = async ([file = '', ...args]) => {
        const options = { env: { PATH: folder }, reject: false } as const;
        const { exitCode = -1, stdout, stderr } = await execa(file, args, options);
        return { exitCode, stdout, stderr };
      };
      const tried = timed(tryReach(here, targets(...Object.values(PORT)), signal));
      const { result, milliseconds } = await tried;
      expect(outcomesOf(result)).toEqual(EXPECTED);
      expect(milliseconds).toBeLessThan(5000);
    });
  });
});
