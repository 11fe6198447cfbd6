import { execa } from 'execa';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NpmPackage } from '../helpers/npm-package.ts';
import { sandbox } from '../helpers/settings.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

let made: NpmPackage;

beforeAll(async () => {
  made = await NpmPackage.make();
});

afterAll(() => made.remove());

/** Files below a folder of the project, by their paths in it. */
function below(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

function run(executable: string, argv: readonly string[]) {
  return execa(executable, argv, {
    cwd: made.folder,
    env: made.environment(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
}

describe('the files of the package', () => {
  it('are these and no others', () => {
    const chunks = made.files.filter((file) => /^dist\/[\w-]+-[0-9A-Z]{8}\.js$/.test(file));
    expect(chunks.length).toBeGreaterThan(20);
    expect(made.files.filter((file) => !chunks.includes(file)).sort()).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'oclif.manifest.json', 'package.json'],
        ...['bin/package.json', 'bin/run.js'],
        ...['dist/cli.js', 'dist/completion/main.js', 'dist/token-service.mjs'],
        'dist/third-party.txt',
        ...below('src/commands').map((file) => file.replace(/^src(.*)\.ts$/, 'dist$1.js')),
        ...below('schemas'),
        ...below('templates'),
      ].sort(),
    );
  });

  it('say what of other people is in them', async () => {
    const { folder } = await made.install('licenses', '--ignore-scripts');
    const dist = path.join(folder, 'node_modules/swarmctl/dist');
    const text = await readFile(path.join(dist, 'third-party.txt'), 'utf8');
    const bundled = readdirSync(dist)
      .filter((file) => /\.m?js$/.test(file))
      .flatMap((file) => {
        const code = readFileSync(path.join(dist, file), 'utf8');
        return [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)];
      })
      .map(([, name]) => name);
    expect(new Set(bundled).size).toBeGreaterThan(50);
    for (const name of new Set(bundled)) expect(text).toContain(`\n${String(name)}@`);
    expect(text).toContain('MIT License');
  });
});

describe('an installed package', () => {
  it('is one folder: no dependency, no network, nothing to compile, no scripts, no warning', async () => {
    const { folder, said } = await made.install('plain');
    expect(readdirSync(path.join(folder, 'node_modules')).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      'swarmctl',
    ]);
    expect(said).not.toMatch(/warn|ERR|vulnerab/i);
  });

  it('runs by npx', async () => {
    const { folder } = await made.install('npx', '--ignore-scripts');
    const npx = (...argv: string[]) =>
      execa('npx', ['swarmctl', ...argv], {
        cwd: folder,
        env: made.environment(),
        extendEnv: false,
        stdin: 'ignore',
      });
    expect((await npx('--version')).stdout).toMatch(`swarmctl/${version} `);
    expect((await npx('--help')).stdout).toContain('COMMANDS');
    expect((await npx('discovery', 'ls')).stdout).toContain('etcd');
  });

  it('runs by a link in the PATH, and finds its templates', async () => {
    const executable = await made.installGlobally('global');
    expect(await run(executable, ['init', '--ci', 'gitlab'])).toMatchObject({ exitCode: 0 });
    const [config, pipeline] = await Promise.all(
      ['swarmctl.yaml', '.gitlab-ci.yml'].map((file) =>
        readFile(path.join(made.folder, file), 'utf8'),
      ),
    );
    expect(config).toContain('version: 1');
    expect(pipeline).toContain(`swarmctl@${version}\n`);
  });

  it('is a program and its schemas: nothing else can be imported', async () => {
    const { folder } = await made.install('imports');
    const node = (script: string) =>
      execa(process.execPath, ['-e', script], { cwd: folder, reject: false });
    expect(await node("require('swarmctl/schemas/create.json').$id")).toMatchObject({
      exitCode: 0,
    });
    expect((await node("require('swarmctl/dist/cli.js')")).stderr).toContain(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });
});

describe('no telemetry', () => {
  /** Where the C library looks for the name of the user. */
  const NAMES = '/var/run/nscd/socket';

  /** Kinds of sockets, and the paths of local ones, as strace tells them. */
  async function sockets(argv: readonly string[]): Promise<Set<string | undefined>> {
    const trace = path.join(made.folder, 'trace');
    const { exitCode, all } = await execa(
      'strace',
      ['-f', '-qq', '-e', 'trace=socket,connect', '-o', trace, process.execPath, ...argv],
      {
        env: { HOME: made.folder, PATH: process.env.PATH, DOCKER_HOST: sandbox.engine() },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        all: true,
      },
    );
    expect(exitCode, all).toBe(0);
    const text = await readFile(trace, 'utf8');
    const families = [...text.matchAll(/socket\((AF_\w+)/g)].map(([, family]) => family);
    const paths = [...text.matchAll(/sun_path=@?"([^"]+)"/g)].map(([, socket]) => socket);
    return new Set([...families, ...paths].filter((each) => each !== 'AF_UNIX' && each !== NAMES));
  }

  let executable: string;

  beforeAll(async () => {
    executable = await made.installGlobally('traced');
  });

  it.each(['--version', '--help', 'create --help', 'discovery ls'])(
    '%s opens no connection',
    async (words) => {
      expect(await sockets([executable, ...words.split(' ')])).toEqual(new Set());
    },
  );

  it('ls without clusters asks the engine on this machine alone', async () => {
    const engine = sandbox.engine().replace('unix://', '');
    expect(await sockets([executable, 'ls'])).toEqual(new Set([engine]));
  });

  it('the test would notice', async () => {
    const script = "require('net').connect(1, '127.0.0.1').on('error', () => {})";
    expect(await sockets(['-e', script])).toEqual(new Set(['AF_INET']));
  });
});
