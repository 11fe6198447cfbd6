import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { ClusterStatus } from '../../src/health/status.ts';
import { noteMet } from './met.ts';
import { bestSwarm, sandbox, type SwarmUnderTest } from './settings.ts';

export const EXECUTABLE = path.resolve(import.meta.dirname, '../../bin/run.js');

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly env?: NodeJS.ProcessEnv;
}

interface ClientOptions extends Options {
  /** Of `swarmctl env`. */
  readonly flags?: readonly string[];
  readonly cwd?: string;
}

/** A person's machine: a home of its own, and the sandbox's engine. */
export class Workplace {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async open(): Promise<Workplace> {
    return new Workplace(await mkdtemp(path.join(tmpdir(), 'swarmctl-home-')));
  }

  /** Nothing of a test may stay, whatever it left behind. */
  async close(...clusters: string[]): Promise<void> {
    for (const name of clusters) await this.swarmctl(['destroy', name, '--yes']);
    await rm(this.home, { recursive: true, force: true });
  }

  environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.home,
      SWARMCTL_HOME: path.join(this.home, '.swarmctl'),
      DOCKER_HOST: sandbox.engine(),
      NO_COLOR: '1',
      // Otherwise nothing would be left of a failure to look at.
      SWARMCTL_ON_FAILURE: 'keep',
    };
  }

  /** Runs the built command without a terminal and without standard input. */
  async swarmctl(argv: readonly string[], options: Options = {}): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await this.start(argv, options);
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  /** The same, to be followed or killed while it runs. */
  start(argv: readonly string[], { env = {} }: Options = {}) {
    return execa(process.execPath, [EXECUTABLE, ...argv], {
      env: { ...this.environment(), ...env },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      all: true,
    });
  }

  /** Flags that a machine without a registry needs, to make a cluster with the swarm given. */
  createArguments(
    name: string,
    flags: readonly string[] = [],
    swarm: SwarmUnderTest = bestSwarm,
  ): string[] {
    return [
      'create',
      name,
      ...(flags.includes('--discovery') ? [] : ['--discovery', 'etcd']),
      ...(flags.includes('--etcd-image') ? [] : ['--etcd-image', sandbox.etcdImage()]),
      '--node-image',
      sandbox.nodeImage(),
      '--image-archive',
      sandbox.sleeperArchive(),
      ...swarm.flags,
      ...(flags.includes('--timeout') ? [] : ['--timeout', '2m']),
      ...flags,
    ];
  }

  async create(
    name: string,
    flags: readonly string[] = [],
    swarm: SwarmUnderTest = bestSwarm,
  ): Promise<Outcome> {
    const outcome = await this.swarmctl(this.createArguments(name, flags, swarm));
    if (outcome.exitCode !== 0) throw new Error(`create failed:\n${outcome.stderr}`);
    return outcome;
  }

  /** Loses the state of a cluster on this machine. */
  async forget(cluster: string): Promise<void> {
    await rm(path.join(this.home, '.swarmctl/clusters', cluster), { recursive: true });
  }

  /** The `--json` document of a command. */
  async json<T>(argv: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.swarmctl([...argv, '--json']);
    let document: T;
    try {
      document = JSON.parse(stdout) as T;
    } catch {
      throw new Error(`no JSON from ${argv.join(' ')}:\n${stdout}\n${stderr}`);
    }
    if (argv[0] === 'status') await noteMet(document);
    return document;
  }

  /** Of a cluster by its name, or by what else `status` takes. */
  async status(...subject: string[]): Promise<ClusterStatus> {
    return (await this.json<{ result: ClusterStatus }>(['status', ...subject])).result;
  }

  /** Runs the plain docker CLI against the outer engine. */
  async docker(...argv: string[]): Promise<string> {
    const { stdout } = await execa('docker', argv, { env: this.environment(), extendEnv: false });
    return stdout;
  }

  /**
   * Runs the plain docker CLI against a cluster's manager, or the engine of a host, as `swarmctl env`
   * sets it up with these flags.
   */
  async dockerThrough(
    name: string,
    argv: readonly string[],
    options: ClientOptions = {},
  ): Promise<Outcome> {
    return this.clientThrough(name, ['docker', ...argv], options);
  }

  /** The same with any client that goes by docker's variables. */
  async clientThrough(
    name: string,
    [command, ...argv]: readonly [string, ...string[]],
    { flags = [], env: more = {}, cwd }: ClientOptions = {},
  ): Promise<Outcome> {
    const { result } = await this.json<{ result: { variables: Record<string, string | null> } }>([
      'env',
      name,
      ...flags,
    ]);
    const env: NodeJS.ProcessEnv = { ...this.environment(), ...more };
    for (const [variable, value] of Object.entries(result.variables)) {
      if (value === null) Reflect.deleteProperty(env, variable);
      else env[variable] = value;
    }
    const { exitCode, stdout, stderr } = await execa(command, argv, {
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      ...(cwd !== undefined && { cwd }),
    });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  /** Runs the docker CLI of a host inside it. */
  async dockerOn(host: string, ...argv: string[]): Promise<string> {
    return this.docker('exec', `swarmctl-${host}`, 'docker', ...argv);
  }

  /** Everything on the outer engine that carries a cluster's label. */
  async labelled(cluster: string): Promise<string[]> {
    const filter = `label=io.swarmctl.cluster=${cluster}`;
    const [containers, volumes, networks] = await Promise.all([
      this.docker('ps', '--all', '--filter', filter, '--format', '{{.Names}}'),
      this.docker('volume', 'ls', '--filter', filter, '--format', '{{.Name}}'),
      this.docker('network', 'ls', '--filter', filter, '--format', '{{.Name}}'),
    ]);
    return [containers, volumes, networks].flatMap((lines) => lines.split('\n').filter(Boolean));
  }
}
