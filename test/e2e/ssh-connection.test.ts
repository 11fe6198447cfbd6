import { chmod, copyFile, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../src/errors.ts';
import { IMAGE_DEADLINE, SshPlace, processesWith } from '../helpers/ssh-place.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let place: SshPlace;
let host: SshHost;
let temporary: string;

beforeAll(async () => {
  place = await SshPlace.open();
  // What these tests leave can be told from what others on this machine have.
  temporary = path.join(place.folder, 't');
  await mkdir(temporary);
  process.env.TMPDIR = temporary;
  host = await place.start({ docker: false });
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

const { signal } = new AbortController();

/** The holder, by `script`, which takes a command line. */
const HOLD = 'exec "$NODE" "$BUNDLE" "$TARGET" "$OPTIONS" "$COMMAND"';

/** The error of a connection that must not come about, and how long it took. */
async function refusal(
  work: Promise<unknown>,
): Promise<{ error: SwarmctlError; milliseconds: number }> {
  const started = Date.now();
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SwarmctlError)) throw new Error('no SwarmctlError', { cause: error });
  return { error, milliseconds: Date.now() - started };
}

async function until(what: () => Promise<boolean>, deadline = 5000): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await sleep(50);
  }
}

describe('letting in', () => {
  it('takes a key, and one connection carries all commands', async () => {
    const connection = await place.connect({ host: host.address, user: 'plain' });
    const runs = Array.from({ length: 12 }, () => connection.run(['id', '-un'], { signal }));
    const outcomes = await Promise.all(runs);
    expect(outcomes.map(({ stdout }) => stdout.toString())).toEqual(Array(12).fill('plain\n'));
    const connected = await host.exec('ss', '-Htn', 'state', 'established', 'sport', '=', ':22');
    expect(connected.split('\n')).toHaveLength(1);
    await connection.close();
    await until(async () => (await readdir(temporary)).length === 0);
  });

  it('needs no short name for the folder of temporary files', async () => {
    process.env.TMPDIR = path.join(place.folder, 'long'.repeat(30));
    await mkdir(process.env.TMPDIR, { recursive: true });
    try {
      const connection = await place.connect({ host: host.address, user: 'plain' });
      await connection.close();
    } finally {
      process.env.TMPDIR = temporary;
    }
  });

  it('stops at once at a wrong key', async () => {
    const wrong = await place.makeKey('wrong');
    const attempts: string[] = [];
    const { error, milliseconds } = await refusal(
      place.connect(
        { host: host.address, user: 'plain' },
        { keyFile: wrong, onWaiting: (sentence) => attempts.push(sentence) },
      ),
    );
    expect(error.code).toBe('SSH_AUTH');
    expect(error.host).toBe(host.address);
    expect(error.message).toBe(
      `cannot connect to ${host.address}: it does not let plain in (it takes: publickey); ` +
        `ssh says: plain@${host.address}: Permission denied (publickey).`,
    );
    expect(milliseconds).toBeLessThan(2000);
    expect(attempts).toEqual([]);
  });

  it('says that a key is missing before it connects', async () => {
    const { error } = await refusal(
      place.connect({ host: host.address }, { keyFile: '/nowhere/key' }),
    );
    expect(error.code).toBe('SSH_AUTH');
    expect(error.message).toContain('cannot read the key /nowhere/key');
  });

  it('says that others can read a key', async () => {
    const open = path.join(place.folder, 'open');
    await copyFile(place.key, open);
    await chmod(open, 0o644);
    const { error } = await refusal(place.connect({ host: host.address }, { keyFile: open }));
    expect(error.code).toBe('SSH_AUTH');
    expect(error.suggestions).toEqual([`chmod 600 ${open}`]);
  });

  describe('with a key that has a passphrase', () => {
    const passphrase = 'correct horse';
    let locked: string;
    let user: SshHost;

    beforeAll(async () => {
      locked = await place.makeKey('locked', passphrase);
      const publicKey = (await readFile(`${locked}.pub`, 'utf8')).trim();
      user = await place.start({ docker: false, publicKey });
    });

    it('says so when there is neither an agent nor a terminal', async () => {
      const { error, milliseconds } = await refusal(
        place.connect({ host: user.address, user: 'plain' }, { keyFile: locked }),
      );
      expect(error.code).toBe('SSH_AUTH');
      expect(error.message).toContain(`the key ${locked} has a passphrase, and no agent holds it`);
      expect(error.suggestions).toEqual([
        'start an agent: eval "$(ssh-agent)"',
        `give the key to the agent: ssh-add ${locked}`,
      ]);
      expect(milliseconds).toBeLessThan(2000);
    });

    it('takes it from an agent', async () => {
      const socket = path.join(place.folder, 'agent');
      const agent = execa('ssh-agent', ['-D', '-a', socket], { reject: false });
      const askpass = path.join(place.folder, 'askpass');
      await writeFile(askpass, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 });
      process.env.SSH_AUTH_SOCK = socket;
      try {
        await until(async () => (await readdir(place.folder)).includes('agent'));
        const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
        await execa('ssh-add', [locked], { env, stdin: 'ignore' });
        const connection = await place.connect(
          { host: user.address, user: 'plain' },
          { keyFile: undefined },
        );
        expect((await connection.run(['true'], { signal })).exitCode).toBe(0);
        await connection.close();
      } finally {
        delete process.env.SSH_AUTH_SOCK;
        agent.kill();
        await agent;
      }
    });

    it('asks for it in a terminal', async () => {
      const bundle = await bundleHolder();
      const options = JSON.stringify(place.options({ keyFile: locked, interactive: true }));
      const target = JSON.stringify({ host: user.address, user: 'plain' });
      const command = JSON.stringify(['sh', '-c', 'test -t 0 && echo "on a ter""minal"; exit 9']);
      const env = { ...{ NODE: process.execPath, BUNDLE: bundle }, TARGET: target };
      const terminal = execa('script', ['-qec', HOLD, '/dev/null'], {
        env: { ...env, OPTIONS: options, COMMAND: command },
        reject: false,
        stdin: 'pipe',
      });
      let seen = '';
      terminal.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      await until(() => Promise.resolve(seen.includes('Enter passphrase')));
      terminal.stdin.write(`${passphrase}\n`);
      const { exitCode } = await terminal;
      expect(seen).toContain('on a terminal');
      expect(exitCode).toBe(9);
    });
  });
});

describe('host keys', () => {
  beforeEach(() => place.writeKnownHosts(''));
  afterEach(() => place.writeKnownHosts(''));

  it('are taken at the first contact and remembered', async () => {
    const connection = await place.connect({ host: host.address });
    await connection.close();
    const { stdout } = await execa('ssh-keygen', ['-F', host.address, '-f', place.knownHosts]);
    expect(stdout).toContain('ssh-ed25519');
    expect(connection.newHostKeys).toEqual([`'${host.address}' (ED25519)`]);
    const again = await place.connect({ host: host.address }, { strict: 'yes' });
    await again.close();
    expect(again.newHostKeys).toEqual([]);
  });

  it('have to be known with --ssh-strict yes', async () => {
    const { error } = await refusal(place.connect({ host: host.address }, { strict: 'yes' }));
    expect(error.code).toBe('SSH_HOST_KEY');
    expect(error.message).toContain('its host key is not known yet, and --ssh-strict is yes');
    expect(error.suggestions.join('\n')).toContain(`ssh-keyscan ${host.address}`);
    expect(await readFile(place.knownHosts, 'utf8')).toBe('');
  });

  it('are looked up in the known_hosts of the person, too', async () => {
    const { stdout } = await execa('ssh-keyscan', ['-t', 'ed25519', host.address]);
    const own = path.join(place.folder, 'known_hosts');
    await writeFile(own, `${stdout}\n`);
    try {
      const connection = await place.connect({ host: host.address }, { strict: 'yes' });
      await connection.close();
      expect(await readFile(place.knownHosts, 'utf8')).toBe('');
    } finally {
      await writeFile(own, '');
    }
  });

  it.each(['accept-new', 'yes'] as const)('that have changed are refused (%s)', async (strict) => {
    const other = (await readFile(`${place.key}.pub`, 'utf8')).trim();
    await place.writeKnownHosts(`# keys\n${host.address} ${other}\n`);
    const { error, milliseconds } = await refusal(
      place.connect({ host: host.address }, { strict }),
    );
    expect(error.code).toBe('SSH_HOST_KEY');
    expect(error.message).toContain(
      `its host key is another than the one known from ${place.knownHosts} line 2`,
    );
    expect(error.suggestions).toContain(
      `if it has, forget the old one: ssh-keygen -R '${host.address}' -f ${place.knownHosts}`,
    );
    expect(milliseconds).toBeLessThan(2000);
  });

  it('that are revoked are refused', async () => {
    const { stdout } = await execa('ssh-keyscan', ['-t', 'ed25519', host.address]);
    await place.writeKnownHosts(`@revoked ${stdout}\n`);
    const { error } = await refusal(place.connect({ host: host.address }));
    expect(error.code).toBe('SSH_HOST_KEY');
    expect(error.message).toContain('its host key is revoked');
  });

  it('that cannot be noted are not trusted', async () => {
    const { error } = await refusal(
      place.connect({ host: host.address }, { knownHostsFile: '/proc/known_hosts' }),
    );
    expect(error.code).toBe('SSH_HOST_KEY');
    expect(error.message).toContain('cannot note the host key');
  });

  it('are not taken on trust because ~/.ssh/config says so', async () => {
    await place.writeConfig('Host *\n  StrictHostKeyChecking no\n  LogLevel QUIET');
    const other = (await readFile(`${place.key}.pub`, 'utf8')).trim();
    await place.writeKnownHosts(`${host.address} ${other}\n`);
    const { error } = await refusal(place.connect({ host: host.address }));
    await place.writeConfig('');
    expect(error.code).toBe('SSH_HOST_KEY');
  });
});

describe('a host that is not there', () => {
  it('is tried again while it refuses', async () => {
    await host.exec('systemctl', 'stop', 'ssh');
    const told: string[] = [];
    const connecting = place.connect(
      { host: host.address },
      { onWaiting: (sentence) => told.push(sentence) },
    );
    await sleep(5500);
    await host.exec('systemctl', 'start', 'ssh');
    const connection = await connecting;
    await connection.close();
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]).toMatch(
      /^still waiting for ssh on \S+ \(3\.\d s\): last error: the connection was refused$/,
    );
  });

  it('is given up at the deadline when it refuses', async () => {
    const { error, milliseconds } = await refusal(
      place.connect({ host: host.address, port: 2222 }, { deadline: 2000 }),
    );
    expect(error.code).toBe('SSH_UNREACHABLE');
    expect(error.message).toMatch(
      /^cannot connect to \S+:2222: the connection was refused, for .* s; ssh says: ssh: connect to host \S+ port 2222: Connection refused$/,
    );
    expect(milliseconds).toBeLessThan(2500);
  });

  it.each([500, 2500])(
    'is given up at the deadline when it drops packets (%d ms)',
    async (deadline) => {
      const rule = ['INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'];
      await host.exec('iptables', '-A', ...rule);
      try {
        const { error, milliseconds } = await refusal(
          place.connect({ host: host.address }, { deadline }),
        );
        expect(error.code).toBe('SSH_UNREACHABLE');
        expect(error.message).toContain('the host does not answer');
        expect(milliseconds).toBeLessThan(deadline + 500);
      } finally {
        await host.exec('iptables', '-D', ...rule);
      }
      expect(await processesWith(host.address)).toEqual([]);
    },
  );

  it('is given up at once when nobody knows its name', async () => {
    const { error, milliseconds } = await refusal(place.connect({ host: 'nobody.invalid' }));
    expect(error.code).toBe('SSH_UNREACHABLE');
    expect(error.message).toContain('its name is not known');
    expect(milliseconds).toBeLessThan(5000);
  });

  it('is no longer waited for after an abort', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => {
      controller.abort(reason);
    }, 300);
    const connecting = place.connect(
      { host: host.address, port: 2222 },
      { signal: controller.signal },
    );
    await expect(connecting).rejects.toBe(reason);
  });
});

describe('through a jump host', () => {
  let inner: SshHost;
  let bastion: SshHost;

  beforeAll(async () => {
    [inner, bastion] = await Promise.all([
      place.start({ docker: false }),
      place.start({ docker: false }),
    ]);
    const other = ['!', '-s', bastion.address];
    await inner.exec(
      'iptables',
      '-A',
      'INPUT',
      '-p',
      'tcp',
      '--dport',
      '22',
      ...other,
      '-j',
      'DROP',
    );
    await place.writeConfig(
      [
        ...['Host inner', `  HostName ${inner.address}`, '  User sudoer', '  ProxyJump bastion'],
        ...['Host bastion', `  HostName ${bastion.address}`, '  User plain'],
        ...[`  IdentityFile ${place.key}`, '  ControlMaster auto', '  ControlPersist 10m'],
        `  ControlPath ${place.folder}/jump-%C`,
        ...['Host *', '  LocalForward 127.0.0.1:1 127.0.0.1:1', '  RemoteCommand nonsense'],
      ].join('\n'),
    );
  });

  afterAll(async () => {
    await place.writeConfig('');
  });

  it('works as ~/.ssh/config says, verifies both keys and leaves nothing behind', async () => {
    const connection = await place.connect({ host: 'inner' });
    const { stdout } = await connection.run(['sh', '-c', 'id -un; hostname'], { signal });
    expect(stdout.toString()).toBe(`sudoer\n${inner.name}\n`);
    for (const { address } of [inner, bastion]) {
      const found = await execa('ssh-keygen', ['-F', address, '-f', place.knownHosts]);
      expect(found.stdout).toContain('ssh-ed25519');
    }
    await connection.close();
    expect(await processesWith(temporary)).toEqual([]);
    expect((await readdir(place.folder)).filter((name) => name.startsWith('jump-'))).toEqual([]);
  });

  it('says that the jump host refuses', async () => {
    await bastion.exec('systemctl', 'stop', 'ssh');
    try {
      const { error } = await refusal(place.connect({ host: 'inner' }, { deadline: 1000 }));
      expect(error.code).toBe('SSH_UNREACHABLE');
      expect(error.message).toContain(`${bastion.address} port 22: Connection refused`);
    } finally {
      await bastion.exec('systemctl', 'start', 'ssh');
    }
  });

  it('does not hang at a jump host that drops packets', async () => {
    const rule = ['INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'];
    await bastion.exec('iptables', '-A', ...rule);
    try {
      const { milliseconds } = await refusal(place.connect({ host: 'inner' }, { deadline: 2500 }));
      expect(milliseconds).toBeLessThan(3000);
      expect(await processesWith(temporary)).toEqual([]);
    } finally {
      await bastion.exec('iptables', '-D', ...rule);
    }
  });
});

describe('when swarmctl is killed', () => {
  let bundle: string;
  let docker: SshHost;

  beforeAll(async () => {
    bundle = await bundleHolder();
    docker = await place.start();
  });

  function hold(user: string, overrides = {}) {
    const target = JSON.stringify({ host: docker.address, user });
    const options = JSON.stringify(place.options(overrides));
    return execa(process.execPath, [bundle, target, options], { reject: false });
  }

  it.each(['root', 'sudoer'])('no ssh remains, nor what it used (%s)', async (user) => {
    const child = hold(user);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect((await processesWith(temporary)).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await child;
    await until(async () => (await processesWith(temporary)).length === 0, 2000);
    await until(async () => (await readdir(temporary)).length === 0, 1000);
  });

  it('no ssh remains of an attempt to connect', async () => {
    const rule = ['INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'];
    await docker.exec('iptables', '-A', ...rule);
    try {
      const child = hold('root');
      await until(async () => (await processesWith(`${temporary}/swarmctl`)).length > 0);
      child.kill('SIGKILL');
      await child;
      await until(async () => (await processesWith(`${temporary}/swarmctl`)).length === 0, 2000);
    } finally {
      await docker.exec('iptables', '-D', ...rule);
    }
  });

  it('Ctrl-C leaves the connection to whoever cleans up', async () => {
    const child = hold('root', { interactive: true });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const masters = await processesWith(`${temporary}/swarmctl`);
    const master = Number(/^\s*(\d+) ssh .* -M /m.exec(masters.join('\n'))?.[1]);
    process.kill(master, 'SIGINT');
    await sleep(200);
    process.kill(master, 0);
    child.kill('SIGKILL');
    await child;
    await until(async () => (await processesWith(temporary)).length === 0, 2000);
  });
});

/** The holder as one file, which finds our templates. */
async function bundleHolder(): Promise<string> {
  const root = path.resolve(import.meta.dirname, '../..');
  const folder = path.join(place.folder, 'holder');
  const outfile = path.join(folder, 'holder.mjs');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['templates', 'node_modules']) {
    await symlink(path.join(root, name), path.join(folder, name)).catch(() => undefined);
  }
  await build({
    entryPoints: [path.join(root, 'test/helpers/ssh-holder.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return outfile;
}
