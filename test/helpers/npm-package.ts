import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a clone of the project does not have, or need not have to be packed. */
const NOT_COPIED = new Set(['.git', 'node_modules', 'dist', '.swarmctl-sandbox']);

/** The package as npm would publish it, and a machine without network and compiler to put it on. */
export class NpmPackage {
  /** With spaces, as paths of people have. */
  readonly folder: string;
  readonly #tarball: string;
  /** Paths of the files in it. */
  readonly files: readonly string[];

  private constructor(folder: string, tarball: string, files: readonly string[]) {
    this.folder = folder;
    this.#tarball = tarball;
    this.files = files;
  }

  /** Packs a copy of the project, in which nothing is built yet. */
  static async make(): Promise<NpmPackage> {
    const folder = path.join(await mkdtemp(path.join(tmpdir(), 'swarmctl-package-')), 'a b');
    const source = path.join(folder, 'source');
    await cp(ROOT, source, {
      recursive: true,
      filter: (file) => !NOT_COPIED.has(path.relative(ROOT, file)),
    });
    await symlink(path.join(ROOT, 'node_modules'), path.join(source, 'node_modules'));
    const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: source,
      env: npmSettings(folder),
    });
    const [{ filename, files }] = JSON.parse(stdout) as [
      { filename: string; files: { path: string }[] },
    ];
    await linkPrograms(path.join(folder, 'programs'));
    return new NpmPackage(
      folder,
      path.join(folder, filename),
      files.map((file) => file.path),
    );
  }

  async remove(): Promise<void> {
    await rm(path.dirname(this.folder), { recursive: true, force: true });
  }

  /** An environment with node, npm and sh, and no way to a registry. */
  environment(): Record<string, string> {
    return {
      PATH: path.join(this.folder, 'programs'),
      HOME: this.folder,
      ...npmSettings(this.folder),
    };
  }

  /** Installs it into an empty project, whose folder this returns. */
  async install(name: string, ...flags: string[]) {
    const cwd = path.join(this.folder, name);
    await mkdir(cwd);
    const { all } = await this.#npm(['install', ...flags, this.#tarball], cwd);
    return { folder: cwd, said: all };
  }

  /** Installs it globally, and returns the executable that would be in the PATH. */
  async installGlobally(name: string): Promise<string> {
    const prefix = path.join(this.folder, name);
    await this.#npm(['install', '--global', '--prefix', prefix, this.#tarball], this.folder);
    return path.join(prefix, 'bin/swarmctl');
  }

  #npm(argv: string[], cwd: string) {
    return execa('npm', argv, { cwd, env: this.environment(), extendEnv: false, all: true });
  }
}

/** An npm that has nothing but what it is given, whatever this machine has set. */
function npmSettings(folder: string) {
  return {
    npm_config_userconfig: path.join(folder, 'npmrc'),
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
}

async function linkPrograms(folder: string): Promise<void> {
  await mkdir(folder);
  await symlink(process.execPath, path.join(folder, 'node'));
  for (const program of ['npm', 'npx', 'sh']) {
    const { stdout } = await execa('which', [program]);
    await symlink(await realpath(stdout), path.join(folder, program));
  }
}
