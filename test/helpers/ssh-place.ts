import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { connect, type SshOptions } from '../../src/ssh/connect.ts';
import type { SshConnection } from '../../src/ssh/connection.ts';
import type { SshTarget } from '../../src/ssh/target.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import { sshHostImage } from '../sandbox/ssh-host-image.mjs';
import { SshHosts, type HostOptions, type SshHost } from '../sandbox/ssh-host.mjs';
import { sandbox } from './settings.ts';

/** Making the image takes minutes, the first time. */
export const IMAGE_DEADLINE = 900_000;

type Overrides = Partial<SshOptions> & { readonly signal?: AbortSignal };

/** A person's machine with keys of its own, and servers that let them in. */
export class SshPlace {
  readonly folder: string;
  readonly key: string;
  readonly #hosts: SshHosts;
  readonly #connections: SshConnection[] = [];

  private constructor(folder: string, hosts: SshHosts) {
    this.folder = folder;
    this.key = path.join(folder, 'key');
    this.#hosts = hosts;
  }

  static async open(): Promise<SshPlace> {
    // Of the person who runs the tests nothing may help or hinder.
    delete process.env.SSH_AUTH_SOCK;
    const docker = dockerAt(sandbox.engine());
    await sshHostImage(docker, sandbox.folder());
    const hosts = new SshHosts(docker);
    await hosts.open();
    const place = new SshPlace(await mkdtemp('/tmp/swarmctl-place-'), hosts);
    await place.makeKey('key');
    await place.writeConfig('');
    return place;
  }

  async start(options: Partial<HostOptions> = {}): Promise<SshHost> {
    const publicKey = (await readFile(`${this.key}.pub`, 'utf8')).trim();
    return this.#hosts.start({ publicKey, ...options });
  }

  /** A key pair; without a passphrase unless one is given. */
  async makeKey(name: string, passphrase = ''): Promise<string> {
    const file = path.join(this.folder, name);
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file]);
    return file;
  }

  get config(): string {
    return path.join(this.folder, 'config');
  }

  get knownHosts(): string {
    return path.join(this.folder, 'cluster/known_hosts');
  }

  async writeConfig(text: string): Promise<void> {
    const further = `Host *\n  UserKnownHostsFile ${path.join(this.folder, 'known_hosts')}\n`;
    await writeFile(this.config, `${text}\n${further}`);
  }

  /** What the cluster knows of host keys. */
  async writeKnownHosts(text: string): Promise<void> {
    await mkdir(path.dirname(this.knownHosts), { recursive: true });
    await writeFile(this.knownHosts, text);
  }

  options(overrides: Overrides = {}): SshOptions {
    return {
      keyFile: this.key,
      knownHostsFile: this.knownHosts,
      configFile: this.config,
      interactive: false,
      deadline: 10_000,
      ...overrides,
    };
  }

  async connect(target: SshTarget, overrides: Overrides = {}): Promise<SshConnection> {
    const { signal = new AbortController().signal } = overrides;
    const connection = await connect(target, this.options(overrides), signal);
    this.#connections.push(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) await connection.close();
    await this.#hosts.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The command lines of all processes that mention a text. */
export async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-eww', '-o', 'pid=,args='], { stripFinalNewline: true });
  return stdout.split('\n').filter((line) => line.includes(text) && !/\bps -eww\b/.test(line));
}
