import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshConnection } from '../../src/ssh/connection.ts';
import { putFile, readFile, remove } from '../../src/ssh/files.ts';
import { IMAGE_DEADLINE, SshPlace, processesWith } from '../helpers/ssh-place.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const { signal } = new AbortController();
setMaxListeners(0, signal);

let place: SshPlace;
let host: SshHost;
/** By user. */
const connections = new Map<string, SshConnection>();

/** root and plain have bash; the others have shells that are not POSIX. */
const USERS = ['root', 'plain', 'sudoer', 'asked', 'fish-user', 'csh-user'];

beforeAll(async () => {
  place = await SshPlace.open();
  host = await place.start({ docker: false });
  for (const user of USERS) {
    connections.set(user, await place.connect({ host: host.address, user }));
  }
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

function as(user: string): SshConnection {
  const connection = connections.get(user);
  if (!connection) throw new Error(`no connection of ${user}`);
  return connection;
}

describe.each(['plain', 'fish-user', 'csh-user'])('a command of %s', (user) => {
  it('gets its arguments as they are', async () => {
    const argument = fc.string({ unit: 'binary', maxLength: 20 }).filter((s) => !s.includes('\0'));
    const nasty = fc.constantFrom(
      ...["'", '"', '\\', "\\'", '$HOME', '`id`', '!!', '!', '\n', '*', '~', '-n', '%s', ''],
      ...['\\n', '{a,b}', '#', '&&', ';', '\t', "it's \\ 'so'", '$(id)', '\\\n', '\u{1F600}'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(argument, nasty), { maxLength: 8 }), async (values) => {
        const { stdout } = await as(user).run(['printf', '%s\\0', 'first', ...values], { signal });
        expect(stdout.toString('utf8').split('\0').slice(1, -1)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it('gets standard input to the byte, and its outputs come apart', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const script = 'echo words >&2; cat; exit 3';
    const outcome = await as(user).run(['sh', '-c', script], {
      signal,
      stdin: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]),
      limit: bytes.length,
    });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stdout.equals(bytes)).toBe(true);
    expect(outcome.stderr).toBe('words\n');
    expect(outcome.truncated).toBe(false);
  });
});

describe('standard input that cannot be read', () => {
  it('ends the command with the reason', async () => {
    const stdin = Readable.from(
      (function* () {
        yield 'x';
        throw new Error('no disk');
      })(),
    );
    await expect(as('plain').run(['cat'], { signal, stdin })).rejects.toThrow('no disk');
  });

  it('is left alone when nobody wants it', async () => {
    const stdin = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    const outcome = await as('plain').run(['sh', '-c', 'exit 4'], { signal, stdin });
    expect(outcome.exitCode).toBe(4);
    expect(stdin.destroyed).toBe(true);
  });
});

describe('how a command ends', () => {
  it.each([
    [['true'], 0],
    [['sh', '-c', 'exit 42'], 42],
    [['sh', '-c', 'exit 255'], 255],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['no-such-command'], 127],
    [['/etc'], 126],
  ])('%j has the exit code %d', async (command, exitCode) => {
    expect((await as('plain').run(command, { signal })).exitCode).toBe(exitCode);
  });

  it('is not delayed by output that nobody keeps', async () => {
    const outcome = await as('plain').run(['head', '-c', '5000000', '/dev/zero'], {
      signal,
      limit: 10,
    });
    expect(outcome).toMatchObject({ exitCode: 0, truncated: true });
    expect(outcome.stdout).toHaveLength(10);
  });

  it('comes at once when it is given up, on the host as well', async () => {
    const marks = ['31415', '27182'];
    for (const [index, user] of ['plain', 'sudoer'].entries()) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const script = `trap '' HUP; sleep ${marks[index] ?? ''} & wait`;
      const sudo = user === 'sudoer';
      const running = as(user).run(['sh', '-c', script], { signal: controller.signal, sudo });
      running.catch(() => undefined);
      const there = () => host.exec('pgrep', '-f', `^sleep ${marks[index] ?? ''}`);
      await expect.poll(() => there().catch(() => '')).not.toBe('');
      const aborted = Date.now();
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(Date.now() - aborted).toBeLessThan(500);
      await expect.poll(() => there().catch(() => 'gone'), { timeout: 3000 }).toBe('gone');
    }
  });

  it('does not begin when it is given up already', async () => {
    const run = as('plain').run(['true'], { signal: AbortSignal.abort(new Error('no')) });
    await expect(run).rejects.toThrow('no');
  });

  it('is told from the end of the connection', async () => {
    const connection = await place.connect({ host: host.address, user: 'plain' });
    const running = connection.run(['sleep', '100'], { signal });
    const failed = expect(running).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      message: expect.stringContaining(`the connection to ${host.address} is lost`) as string,
    });
    await expect.poll(() => host.exec('pgrep', '-f', '^sleep 100').catch(() => '')).not.toBe('');
    await host.exec('pkill', '-f', '^sshd: plain');
    await failed;
    await expect(connection.run(['true'], { signal })).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
    });
    // The others live on another connection of the same user.
    connections.set('plain', await place.connect({ host: host.address, user: 'plain' }));
  });

  it('can be followed while it runs', async () => {
    const remote = await as('fish-user').stream(['sh', '-c', 'read -r line; echo "got $line"'], {
      signal,
    });
    remote.stdin.write('this\n');
    const [chunk] = (await remote.stdout.take(1).toArray()) as Buffer[];
    expect(chunk?.toString()).toBe('got this\n');
    expect(await remote.ended).toBe(0);
  });
});

describe('a command in the terminal', () => {
  it('has its exit code', async () => {
    expect(await as('fish-user').interact(['sh', '-c', 'exit 9'], false, signal)).toBe(9);
  });
});

describe('more commands than the host allows', () => {
  it('are refused with the reason, and no connection of their own is made', async () => {
    const narrow = await place.start({ docker: false, sshd: ['MaxSessions 1'] });
    const connection = await place.connect({ host: narrow.address, user: 'plain' });
    const first = await connection.stream(['cat'], { signal });
    first.stdin.write('x');
    await first.stdout.take(1).toArray();
    await expect(connection.run(['true'], { signal })).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      message: expect.stringMatching(/takes no further command; .*Session open refused/) as string,
    });
    const log = await narrow.exec('journalctl', '--unit', 'ssh', '--no-pager');
    expect(log.match(/Accepted publickey/g)).toHaveLength(1);
  });
});

describe('as root', () => {
  const whoAmI = (user: string) => as(user).run(['id', '-un'], { signal, sudo: true });

  it.each(['root', 'sudoer'])('%s is', async (user) => {
    expect((await whoAmI(user)).stdout.toString()).toBe('root\n');
  });

  it.each(['plain', 'asked'])('%s is not, and hears why', async (user) => {
    await expect(whoAmI(user)).rejects.toMatchObject({
      code: 'SSH_AUTH',
      host: host.address,
      message: `${user} may not become root on ${host.address} without a password; sudo says: sudo: a password is required`,
    });
  });

  it('a command that fails is not mistaken for sudo', async () => {
    const command = ['sh', '-c', 'echo broken >&2; exit 1'];
    const outcome = await as('sudoer').run(command, { signal, sudo: true });
    expect(outcome).toMatchObject({ exitCode: 1, stderr: 'broken\n' });
  });

  it('gets standard input', async () => {
    const options = { signal, sudo: true, stdin: 'a secret' };
    expect((await as('sudoer').run(['cat'], options)).stdout.toString()).toBe('a secret');
  });
});

describe('files', () => {
  const odd = `/tmp/a folder/it's "odd" \\ $HOME \n!/file *`;

  it.each(['plain', 'fish-user', 'csh-user'])('come as they are, for %s', async (user) => {
    const folder = `/tmp/of ${user}`;
    const content = Buffer.concat([randomBytes(200_000), Buffer.from("\r\n\0'\n\n")]);
    const path = `${folder}${odd}`;
    await putFile(as(user), { path, content, mode: 0o640 }, { signal });
    expect((await readFile(as(user), path, { signal }))?.equals(content)).toBe(true);
    const { stdout } = await as(user).run(['stat', '-c', '%a %U', '--', path], { signal });
    expect(stdout.toString()).toBe(`640 ${user}\n`);
    await remove(as(user), folder, { signal });
    expect(await readFile(as(user), path, { signal })).toBeUndefined();
    await remove(as(user), folder, { signal });
  });

  it('belong to whom they should, in folders that others can enter', async () => {
    const file = { path: '/etc/new/below/file', content: 'x', mode: 0o600, owner: 'asked:docker' };
    await putFile(as('sudoer'), file, { signal, sudo: true });
    const command = ['stat', '-c', '%a %U:%G', '/etc/new/below', '/etc/new/below/file'];
    const { stdout } = await as('sudoer').run(command, { signal, sudo: true });
    expect(stdout.toString()).toBe('755 root:root\n600 asked:docker\n');
    await remove(as('sudoer'), '/etc/new', { signal, sudo: true });
  });

  it('are never seen in part', async () => {
    const path = '/tmp/whole';
    const [small, large] = ['old\n', 'n'.repeat(5_000_000)];
    await putFile(as('plain'), { path, content: small }, { signal });
    const watch = 'while :; do wc -c < "$0"; [ "$(wc -c < "$0")" = 4 ] || exit; done';
    const watching = as('plain').run(['sh', '-c', watch, path], { signal });
    await putFile(as('plain'), { path, content: large }, { signal });
    const sizes = new Set((await watching).stdout.toString().trim().split('\n'));
    expect([...sizes].every((size) => size === '4' || size === '5000000')).toBe(true);
    await remove(as('plain'), path, { signal });
  });

  it('stay as they were when the connection breaks, and nothing else stays', async () => {
    const path = '/tmp/kept/file';
    await putFile(as('root'), { path, content: 'old' }, { signal });
    const connection = await place.connect({ host: host.address, user: 'root' });
    const controller = new AbortController();
    const content = Buffer.alloc(200_000_000);
    const putting = putFile(connection, { path, content }, { signal: controller.signal });
    putting.catch(() => undefined);
    await expect.poll(async () => (await host.exec('ls', '/tmp/kept')).split('\n').length).toBe(2);
    controller.abort(new Error('enough'));
    await expect(putting).rejects.toThrow('enough');
    await connection.close();
    await expect.poll(() => host.exec('ls', '/tmp/kept')).toBe('file');
    expect(await host.exec('cat', path)).toBe('old');
  });

  it('that may not be written say so', async () => {
    const putting = putFile(as('plain'), { path: '/etc/hosts', content: 'x' }, { signal });
    await expect(putting).rejects.toMatchObject({
      code: 'STEP_FAILED',
      host: host.address,
      message: expect.stringMatching(
        /^cannot write \/etc\/hosts on .*Permission denied$/,
      ) as string,
    });
    const folder = putFile(as('root'), { path: '/etc', content: 'x' }, { signal });
    await expect(folder).rejects.toThrow('/etc is a folder');
    await expect(readFile(as('plain'), '/etc/shadow', { signal })).rejects.toThrow(
      /Permission denied/,
    );
  });

  it.each(['etc/hosts', '/', '//', ''])('have an absolute path: %j', async (path) => {
    await expect(remove(as('plain'), path, { signal })).rejects.toThrow('not an absolute path');
  });

  it('do not show their content in the arguments of a process', async () => {
    const secret = 'a-very-private-key';
    const path = '/tmp/secret';
    const content = secret.repeat(2_000_000);
    const putting = putFile(as('plain'), { path, content, mode: 0o600 }, { signal });
    const seen: string[] = [];
    const state = { done: false };
    void putting.finally(() => (state.done = true));
    while (!state.done) {
      seen.push(...(await processesWith(secret)), await host.exec('ps', '-eo', 'args'));
    }
    await putting;
    expect(seen.join('\n')).not.toContain(secret);
    await remove(as('plain'), path, { signal });
  });
});
