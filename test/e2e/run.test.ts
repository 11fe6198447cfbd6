import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { inPseudoTerminal } from '../helpers/pseudo-terminal.ts';
import { bestSwarm } from '../helpers/settings.ts';
import { processesWith } from '../helpers/ssh-place.ts';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

/** Told apart from everything else that sleeps on this machine, other runs of these tests included. */
const SLEEP = ['sleep', `${process.pid}98761`] as const;
const NAP = SLEEP.join(' ');

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
});

afterAll(async () => {
  await place.close('kept');
});

function argumentsOf(command: readonly string[], flags: readonly string[] = [], name?: string) {
  const [, , ...rest] = place.createArguments('', ['--nodes', '1', ...flags]);
  return ['run', ...(name === undefined ? [] : [name]), ...rest, '--', ...command];
}

/** What clusters have on the engine and in the state, and what runs for them. */
async function traces(): Promise<string[]> {
  const filter = 'label=io.swarmctl.cluster';
  const clusters = path.join(place.home, '.swarmctl/clusters');
  const lists = await Promise.all([
    place.docker('ps', '--all', '--filter', filter, '--format', '{{.Names}}'),
    place.docker('volume', 'ls', '--filter', filter, '--format', '{{.Name}}'),
    place.docker('network', 'ls', '--filter', filter, '--format', '{{.Name}}'),
    readdir(clusters).then(
      (names) => names.join('\n'),
      () => '',
    ),
    processesWith(`${EXECUTABLE} guard `).then((lines) => lines.join('\n')),
    processesWith(NAP).then((lines) => lines.join('\n')),
  ]);
  return lists.flatMap((lines) => lines.split('\n').filter(Boolean));
}

/** Resolves when nothing is left, within the time that a destroy takes. */
async function nothingIsLeft(): Promise<void> {
  await eventually(traces, (left) => left.length === 0, 60, 200);
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  await eventually(isThere, Boolean, 60, 20);
}

/** Whether the command is at it: it stands in the arguments of others as well. */
const sleeps = async () =>
  (await processesWith(NAP)).some((line) => new RegExp(`^ *\\d+ ${NAP}$`).test(line));

afterEach(async () => {
  await nothingIsLeft();
});

describe('run passes on', () => {
  it('the environment, and standard output for the command alone', async () => {
    const format = '{{.ServerVersion}} {{.Name}}';
    const run = await place.swarmctl(argumentsOf(['docker', 'info', '--format', format]));
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).toMatch(new RegExp(`^${bestSwarm.serverVersion} run-[0-9a-f]{6}-m$`));
    expect(run.stderr).toMatch(/run-[0-9a-f]{6}-1: done/);
    expect(run.stderr).toMatch(/removing cluster run-/);
    expect(await traces()).toEqual([]);
  });

  it('standard input and the exit code, and says nothing with --quiet', async () => {
    const run = await execa(
      process.execPath,
      [EXECUTABLE, ...argumentsOf(['sh', '-c', 'cat; echo err >&2; exit 3'], ['--quiet'])],
      { env: place.environment(), extendEnv: false, reject: false, input: 'from here' },
    );
    expect(run).toMatchObject({ exitCode: 3, stdout: 'from here', stderr: 'err' });
    expect(await traces()).toEqual([]);
  });

  it('the signal that ended the command', async () => {
    const run = await place.swarmctl(argumentsOf(['sh', '-c', 'kill -9 $$']));
    expect(run.exitCode, run.stderr).toBe(137);
    expect(await traces()).toEqual([]);
  });

  it('that the command cannot be run, before a cluster is made', async () => {
    const missing = await place.swarmctl(argumentsOf(['no-such-command']));
    expect(missing).toMatchObject({ exitCode: 127, stdout: '' });
    expect(missing.stderr).toContain('cannot run no-such-command: there is no such program');
    const file = path.join(place.home, 'plain');
    await writeFile(file, 'text', { mode: 0o600 });
    const plain = await place.swarmctl(argumentsOf([file]));
    expect(plain.exitCode).toBe(126);
    expect(missing.stderr + plain.stderr).not.toContain('removing');
  });
});

describe('what run itself fails at', () => {
  it.each([
    ['wrong usage', ['run', '--nodes', 'x', '--', 'true'], 'Expected an integer'],
    ['a command without --', ['run', 'one', 'true'], 'put -- before the command'],
    ['no command', ['run', '--nodes', '1', '--'], 'a command is missing'],
    ['events for stdout', ['run', '--events', 'ndjson', '--', 'true'], 'events-file'],
  ])('%s ends with 125', async (_what, argv, said) => {
    const { exitCode, stdout, stderr } = await place.swarmctl(argv);
    expect(exitCode, stderr).toBe(125);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
  });

  it('a cluster that cannot be made ends with 125 and its reason', async () => {
    const marker = path.join(place.home, 'ran');
    const argv = argumentsOf(['touch', marker], ['--engine-opt', 'nosuchflag=1']);
    const { exitCode, stderr } = await place.swarmctl(argv);
    expect(exitCode, stderr).toBe(125);
    expect(stderr).toContain('unknown flag: --nosuchflag');
    expect(existsSync(marker)).toBe(false);
    expect(await traces()).toEqual([]);
  });
});

it('a cluster that exists is refused, and left alone', async () => {
  await place.create('kept', ['--nodes', '1']);
  const objects = await place.labelled('kept');
  const named = await place.swarmctl(argumentsOf(['true'], [], 'kept'));
  expect(named.exitCode).toBe(125);
  expect(named.stderr).toContain('cluster kept exists; nothing was changed');

  const file = path.join(place.home, 'swarmctl.yaml');
  await writeFile(file, 'version: 1\nname: kept\n');
  const beside = await place.swarmctl(
    argumentsOf(['sh', '-c', 'echo $SWARMCTL_CLUSTER'], ['--file', file]),
  );
  expect(beside.stdout).toMatch(/^run-/);

  await place.forget('kept');
  const unknown = await place.swarmctl(argumentsOf(['true'], [], 'kept'));
  expect(unknown.exitCode).toBe(125);
  expect(unknown.stderr).toContain("this machine's state does not know");
  expect(await place.labelled('kept')).toEqual(objects);
  await place.swarmctl(['destroy', 'kept', '--yes']);
});

describe('run is ended', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('by %s: so is the command with all it has started', async (signal, code) => {
    const run = place.start(argumentsOf(['sh', '-c', '"$@"; true', 'sh', ...SLEEP]));
    await until(sleeps);
    run.kill(signal);
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(code);
    expect(await traces()).toEqual([]);
  });

  it('by SIGTERM, of which the command makes something of its own', async () => {
    const script = `trap 'echo cleaned; exit 7' TERM; ${NAP} & wait`;
    const run = place.start(argumentsOf(['sh', '-c', script]));
    await until(sleeps);
    run.kill('SIGTERM');
    expect(await run).toMatchObject({ exitCode: 7, stdout: 'cleaned' });
    expect(await traces()).toEqual([]);
  });

  it('by SIGTERM while the cluster is made', async () => {
    const run = place.start(argumentsOf(['true'], [], 'early'));
    await until(async () => (await place.labelled('early')).includes('swarmctl-early-1'));
    run.kill('SIGTERM');
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(130);
    expect(await traces()).toEqual([]);
  });

  it('by a second signal at once, and the cluster goes all the same', async () => {
    const script = 'trap "" TERM; "$@"; "$@"';
    const run = place.start(argumentsOf(['sh', '-c', script, 'sh', ...SLEEP], [], 'twice'));
    await until(sleeps);
    run.kill('SIGTERM');
    await sleep(300);
    const begun = Date.now();
    run.kill('SIGTERM');
    const code = await new Promise((resolve) => run.once('exit', resolve));
    expect(code).toBe(130);
    expect(Date.now() - begun).toBeLessThan(1000);
    expect((await run).stderr).toContain('swarmctl destroy twice removes what stays');
    await nothingIsLeft();
  });
});

describe('SIGKILL leaves nothing', () => {
  it('while the command runs', async () => {
    const run = place.start(argumentsOf(['sh', '-c', '"$@" & "$@"; true', 'sh', ...SLEEP]));
    await until(sleeps);
    expect(await processesWith(`${EXECUTABLE} guard run-`)).toHaveLength(1);
    run.kill('SIGKILL');
    await nothingIsLeft();
    expect((await run).stderr).toMatch(/run is gone; removing cluster run-[^]* is gone/);
  });

  it('of the whole process group', async () => {
    const run = execa(process.execPath, [EXECUTABLE, ...argumentsOf(SLEEP)], {
      ...{ env: place.environment(), extendEnv: false, reject: false },
      ...{ stdio: 'ignore', detached: true, cleanup: false },
    });
    await until(sleeps);
    process.kill(-(run.pid ?? 0), 'SIGKILL');
    await run;
    await nothingIsLeft();
  });

  it.each([100, 600, 1100, 1600, 2100, 2600, 3500])(
    'after %i ms, wherever that is',
    async (milliseconds) => {
      const run = place.start(argumentsOf(SLEEP));
      await sleep(milliseconds);
      run.kill('SIGKILL');
      await nothingIsLeft();
      await run;
    },
  );

  it('while the cluster is removed', async () => {
    const run = place.start(argumentsOf(['true']));
    await new Promise<void>((resolve) => {
      run.stderr.on('data', (text) => {
        if (String(text).includes('removing cluster')) resolve();
      });
    });
    await sleep(200);
    run.kill('SIGKILL');
    await nothingIsLeft();
    await run;
  });
});

describe('in a terminal', () => {
  it('Ctrl-C is the command’s: it gets it once, and says what becomes of it', async () => {
    const file = path.join(place.home, 'interrupts');
    const script = `trap 'echo got >> ${file}' INT; ${NAP}; ${NAP}; exit 4`;
    const run = inPseudoTerminal(place, argumentsOf(['sh', '-c', script], ['--quiet']));
    for (let times = 0; times < 2; times++) {
      await until(sleeps);
      await sleep(300);
      run.stdin.write('\u0003');
      await eventually(
        () => readFile(file, 'utf8').catch(() => ''),
        (text) => text === 'got\n'.repeat(times + 1),
        10,
        50,
      );
    }
    const { exitCode, stdout } = await run;
    expect(exitCode, stdout).toBe(4);
    expect(await traces()).toEqual([]);
  });

  it('Ctrl-C while the cluster is made takes it back', async () => {
    const run = inPseudoTerminal(place, argumentsOf(SLEEP, [], 'early'));
    await until(async () => (await place.labelled('early')).includes('swarmctl-early-1'));
    run.stdin.write('\u0003');
    expect(await run).toMatchObject({ exitCode: 130 });
    expect(await traces()).toEqual([]);
  });
});
