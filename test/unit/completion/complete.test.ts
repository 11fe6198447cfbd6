import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DISCOVERIES, SHELLS, STRATEGIES } from '../../../src/completion/candidates.ts';
import { complete } from '../../../src/completion/complete.ts';
import { meaningOfArgument, meaningOfFlag, meaningOfRest } from '../../../src/completion/kinds.ts';
import { readKnown, type Known } from '../../../src/completion/known.ts';
import { answer } from '../../../src/completion/main.ts';
import { STRATEGIES as realStrategies } from '../../../src/config/settings.ts';
import { deployableKinds } from '../../../src/discovery/index.ts';
import { IGNORABLE } from '../../../src/preflight/names.ts';
import { shellFor } from '../../../src/ui/shells/index.ts';
import { everyCommand } from '../contract/every-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

let home: string;
let known: Known;

beforeEach(async () => {
  home = await temporaryFolder();
  for (const [name, hosts] of [
    ['demo', ['demo-m', 'demo-1']],
    ['etcd', ['etcd-m', 'etcd-1']],
  ] as const) {
    await mkdir(path.join(home, 'clusters', name), { recursive: true });
    const record = { version: 1, cluster: { hosts: hosts.map((host) => ({ name: host })) } };
    await writeFile(path.join(home, 'clusters', name, 'cluster.json'), JSON.stringify(record));
  }
  await mkdir(path.join(home, 'clusters', 'broken'));
  await mkdir(path.join(home, 'locks'));
  for (const lock of ['demo', 'layout.all', '.demo.tmp']) {
    await writeFile(path.join(home, 'locks', lock), '{}');
  }
  known = readKnown(path.join(ROOT, 'oclif.manifest.json'), home);
});

/** The words that the last one may become. */
function completed(line: string): string[] {
  return complete(line.split(' '), known).all.map(({ value }) => value);
}

describe('every command', () => {
  it('has arguments and flags whose meaning is known: src/completion/kinds.ts', async () => {
    const unknown = (await everyCommand()).flatMap(({ id, command }) => {
      const names = Object.entries(command.args);
      return [
        ...names
          .filter(
            ([name, argument]) => meaningOfArgument(id, name, optionsOf(argument)) === undefined,
          )
          .map(([name]) => `argument ${name} of ${id}: a line in ARGUMENTS`),
        ...Object.entries({ ...command.baseFlags, ...command.flags })
          .filter(([, flag]) => flag.type === 'option' && meaningOfFlag(flag) === undefined)
          .map(([name]) => `--${name} of ${id}: options, or a helpValue with a line in VALUES`),
        ...(names.length === 0 && !command.strict && meaningOfRest(id) === undefined
          ? [`${id}: a line in REST`]
          : []),
      ];
    });
    expect(unknown).toEqual([]);
  });

  it('is completed', async () => {
    const ids = (await everyCommand()).filter(({ command }) => !command.hidden);
    for (const { id } of ids) {
      const line = id.replace(':', ' ');
      expect(completed(line)).toContain(line.split(' ').at(-1));
      expect(completed(`${line} --hel`)).toEqual(['--help']);
    }
  });
});

function optionsOf(argument: object): { options?: readonly string[] } {
  return argument;
}

describe('lists that are written down a second time', () => {
  it('are those of their rooms', () => {
    expect([...DISCOVERIES].sort()).toEqual(deployableKinds.map(({ kind }) => kind).sort());
    expect(STRATEGIES).toEqual(realStrategies);
    for (const shell of SHELLS) expect(() => shellFor(shell, {})).not.toThrow();
    expect(() => shellFor('ksh', {})).toThrow(SHELLS.join(', '));
  });
});

describe('complete', () => {
  it.each([
    ['cre', ['create']],
    ['lock ', ['ls', 'release']],
    ['lock r', ['release']],
    ['nonsense ', []],
    ['status ', ['broken', 'demo', 'etcd']],
    ['status d', ['demo']],
    ['status demo ', []],
    ['ssh ', ['demo-m', 'demo-1', 'etcd-m', 'etcd-1']],
    ['ssh --cluster demo ', ['demo-m', 'demo-1']],
    ['ssh --cluster=demo e', []],
    ['ssh -c etcd ', ['etcd-m', 'etcd-1']],
    ['ssh -cetcd ', ['etcd-m', 'etcd-1']],
    ['ssh --cluster d', ['demo']],
    ['ssh --cluster=d', ['--cluster=demo']],
    ['ssh demo-1 -- d', []],
    ['lock release ', ['demo']],
    ['scp d', ['demo-m:', 'demo-1:']],
    ['scp demo-m:/et', []],
    ['create --on-failure ', ['keep', 'rollback']],
    ['create --on-failure=k', ['--on-failure=keep']],
    ['create --swarm-strategy b', ['binpack']],
    ['create --nodes ', []],
    ['create --nodes 3 --on-f', ['--on-failure']],
    ['create -n 3 --node', ['--node-image']],
    ['create --host a --hos', ['--host']],
    ['create --insecure --no-i', []],
    ['create --no-ins', ['--no-insecure']],
    ['create --ignore-preflight reach,re', []],
    [
      'create --ignore-preflight reach,sto',
      ['reach,store', 'reach,storage-driver', 'reach,storage'],
    ],
    ['status --wait ', ['healthy']],
    ['explain lock', ['LOCKED']],
    ['explain pen', ['Pending']],
    ['completion ', ['bash', 'zsh', 'fish']],
  ])('%j', (line, values) => {
    expect(completed(line).sort()).toEqual([...values].sort());
  });

  it.each([
    ['create --file ', 'files'],
    ['create --file=x', 'files'],
    ['create -f ', 'files'],
    ['config validate ', 'files'],
    ['scp x ', 'files'],
    ['scp demo-m:', 'none'],
    ['token serve --data-dir ', 'folders'],
    ['create ', 'none'],
  ])('after %j come %s', (line, paths) => {
    expect(complete(line.split(' '), known).paths).toBe(paths);
  });

  it('offers the checks that may be ignored', () => {
    expect(completed('create --ignore-preflight ').sort()).toEqual([...IGNORABLE].sort());
  });

  it('tells what each is', () => {
    const [create] = complete(['cre'], known).all;
    expect(create?.description).toContain('create a cluster');
    expect(complete(['loc'], known).all[0]?.description).toBe('ls, release');
    expect(complete(['ssh', 'demo-1'], known).all[0]?.description).toBe('host of demo');
  });

  it('knows nothing of clusters where there are none', () => {
    const nowhere = readKnown(path.join(ROOT, 'oclif.manifest.json'), '/nonexistent');
    expect(complete(['status', ''], nowhere).all).toEqual([]);
    expect(complete(['lock', 'release', ''], nowhere).all).toEqual([]);
  });
});

describe('answer', () => {
  const ask = (...argv: string[]) => answer(argv, { SWARMCTL_HOME: home }).split('\n');

  it('is for bash what stands behind its last break', () => {
    expect(ask('bash', 'swarmctl create --on-failure=', ' =:')).toEqual([
      'words',
      'keep',
      'rollback',
    ]);
    expect(ask('bash', 'swarmctl scp demo-1', ' =:')).toEqual(['files open', 'demo-1:']);
  });

  it('is for zsh with colons escaped, and for fish with tabs', () => {
    expect(ask('zsh', 'swarmctl', 'scp', 'demo-1')).toEqual([
      'files open',
      'demo-1\\::host of demo',
    ]);
    expect(ask('fish', 'swarmctl', 'status', 'dem')).toEqual(['words', 'demo\tcluster of 2 hosts']);
    expect(ask('fish', 'swarmctl', 'completion', 'z')).toEqual(['words', 'zsh']);
  });
});
