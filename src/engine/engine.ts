import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { abortable, seenThrough } from '../util/abort.ts';
import { agentFor } from './agents.ts';
import { endpointUrl, type EngineEndpoint } from './endpoint.ts';
import { EngineError } from './engine-error.ts';
import { packFiles, unpackFiles, type FileToPut } from './pack-files.ts';

export type Labels = Readonly<Record<string, string>>;
export type ContainerOptions = Omit<Docker.ContainerCreateOptions, 'HostConfig'> & {
  HostConfig?: Docker.HostConfig & { CgroupnsMode?: 'private' | 'host' };
};
export type ContainerFacts = Docker.ContainerInspectInfo;
/** The type of the library lacks when it was made, in ISO 8601 by the engine's clock. */
type VolumeFacts = Docker.VolumeInspectInfo & { readonly CreatedAt: string };

/** `GET /version`, the part of it that is used. */
export interface EngineVersion {
  /** `20.10.24`, or `swarm/1.2.9` of a manager. */
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly Platform?: { readonly Name: string };
}

/** Which lines of a log. */
interface LogRange {
  readonly follow: boolean;
  /** Lines from the end; undefined for all. */
  readonly tail?: number | undefined;
  /** Seconds since 1970. */
  readonly since?: number | undefined;
}

/** `GET /info`, the part of it that is used. */
export interface EngineInfo {
  readonly ID: string;
  readonly Name: string;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly SystemTime: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly CgroupVersion?: string;
  readonly LiveRestoreEnabled?: boolean;
  readonly ServerVersion: string;
  readonly RegistryConfig?: { readonly Mirrors?: readonly string[] | null } | null;
  readonly SystemStatus?: readonly (readonly [string, string])[] | null;
}

/** Variables that docker-modem lets win over explicit options. */
const MODEM_ENVIRONMENT = [
  'DOCKER_HOST',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_PATH_PREFIX',
  'DOCKER_CLIENT_TIMEOUT',
];

/** Milliseconds. */
const CHANGE_GRACE = 3000;

function createClient(endpoint: EngineEndpoint): { client: Docker; close: () => void } {
  const agent = agentFor(endpoint);
  const options: Docker.DockerOptions & { agent: unknown } =
    endpoint.kind === 'socket'
      ? { socketPath: endpoint.path, agent }
      : {
          host: endpoint.host,
          port: endpoint.port,
          protocol: endpoint.tls ? 'https' : 'http',
          agent,
        };
  const saved = MODEM_ENVIRONMENT.map((name) => [name, process.env[name]] as const);
  for (const name of MODEM_ENVIRONMENT) Reflect.deleteProperty(process.env, name);
  try {
    return {
      client: new Docker(options),
      close: () => {
        agent.destroy();
      },
    };
  } finally {
    for (const [name, value] of saved) if (value !== undefined) process.env[name] = value;
  }
}

/**
 * One Docker API, of an engine or of a swarm manager. Every call rejects with an `EngineError`,
 * or with the signal's reason when it is aborted.
 */
export class Engine {
  readonly endpoint: EngineEndpoint;
  readonly #client: Docker;
  readonly #close: () => void;

  constructor(endpoint: EngineEndpoint) {
    this.endpoint = endpoint;
    const { client, close } = createClient(endpoint);
    this.#client = client;
    this.#close = close;
  }

  get url(): string {
    return endpointUrl(this.endpoint);
  }

  close(): void {
    this.#close();
  }

  async #call<T>(work: Promise<unknown>, signal: AbortSignal): Promise<T> {
    return (await abortable(engineErrors(work), signal)) as T;
  }

  /**
   * The same for what changes something: not begun after an abort, and awaited for a little when it
   * is on its way, because the engine does it whether anybody waits or not.
   */
  async #change(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    await seenThrough(() => engineErrors(work()), signal, CHANGE_GRACE);
  }

  /** The same where there may be nothing to change: tells whether the API said anything but 404. */
  async #changeIfAny(work: () => Promise<unknown>, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#change(work, signal);
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return false;
      throw error;
    }
  }

  /** A question's answer, but undefined where the API says 404. */
  async #find<T>(work: Promise<unknown>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await this.#call<T>(work, signal);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  async version(signal: AbortSignal): Promise<EngineVersion> {
    return this.#call(this.#client.version(), signal);
  }

  async info(signal: AbortSignal): Promise<EngineInfo> {
    return this.#call(this.#client.info(), signal);
  }

  // Containers

  async findContainer(name: string, signal: AbortSignal): Promise<ContainerFacts | undefined> {
    return this.#find(this.#client.getContainer(name).inspect(), signal);
  }

  /** Those that run and those that do not, with the label if one is given. */
  async listContainers(
    label: string | undefined,
    signal: AbortSignal,
  ): Promise<Docker.ContainerInfo[]> {
    const filters = label === undefined ? {} : { label: [label] };
    return this.#call(this.#client.listContainers({ all: true, filters }), signal);
  }

  async createContainer(options: ContainerOptions, signal: AbortSignal): Promise<void> {
    await this.#change(() => this.#client.createContainer(options), signal);
  }

  async startContainer(name: string, signal: AbortSignal): Promise<void> {
    await this.#change(() => this.#client.getContainer(name).start(), signal);
  }

  /** Lets a container end by itself for that many seconds; one that does not run is fine. */
  async stopContainer(name: string, seconds: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#change(() => this.#client.getContainer(name).stop({ t: seconds }), signal);
    } catch (error) {
      if (!(error instanceof EngineError && error.status === 304)) throw error;
    }
  }

  async renameContainer(name: string, newName: string, signal: AbortSignal): Promise<void> {
    await this.#change(() => this.#client.getContainer(name).rename({ name: newName }), signal);
  }

  /** Removes a container, running or not, with its anonymous volumes; one that is gone is fine. */
  async removeContainer(name: string, signal: AbortSignal): Promise<void> {
    const container = this.#client.getContainer(name);
    await this.#changeIfAny(() => container.remove({ force: true, v: true }), signal);
  }

  async putFiles(
    container: string,
    files: readonly FileToPut[],
    signal: AbortSignal,
  ): Promise<void> {
    const archive = await packFiles(files);
    await this.#change(
      () => this.#client.getContainer(container).putArchive(archive, { path: '/' }),
      signal,
    );
  }

  /** The texts of the files below a folder of a container, by base name; empty when it is missing. */
  async readFiles(
    container: string,
    path: string,
    signal: AbortSignal,
  ): Promise<Map<string, string>> {
    const archive = this.#client.getContainer(container).getArchive({ path });
    const stream = await this.#find<Readable>(archive, signal);
    return stream ? unpackFiles(stream) : new Map();
  }

  /** The last lines a container wrote, both streams. */
  async logTail(container: string, lines: number, signal: AbortSignal): Promise<string> {
    const log = await this.#call<Buffer>(
      this.#client
        .getContainer(container)
        .logs({ stdout: true, stderr: true, tail: lines, follow: false }),
      signal,
    );
    return demultiplex(log);
  }

  /**
   * Reads what a container wrote, line by line; with `follow` until the signal aborts or the container
   * ends.
   */
  async readLog(
    container: string,
    { follow, tail, since }: LogRange,
    signal: AbortSignal,
    onLine: (stream: 'stdout' | 'stderr', line: string) => void,
  ): Promise<void> {
    const options = { stdout: true, stderr: true, ...(since !== undefined && { since }) };
    const range = tail === undefined ? {} : { tail };
    const { Config } = await this.#call<Docker.ContainerInspectInfo>(
      this.#client.getContainer(container).inspect(),
      signal,
    );
    const answer = await this.#call<Readable | Buffer>(
      follow
        ? this.#client.getContainer(container).logs({ ...options, ...range, follow: true })
        : this.#client.getContainer(container).logs({ ...options, ...range, follow: false }),
      signal,
    );
    const source = Buffer.isBuffer(answer) ? Readable.from([answer]) : answer;
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    const reading = (['stdout', 'stderr'] as const).map(async (name) => {
      for await (const line of createInterface({ input: streams[name], crlfDelay: Infinity })) {
        onLine(name, line);
      }
    });
    // A terminal has one stream, without frames.
    if (Config.Tty) source.pipe(streams.stdout);
    else this.#client.modem.demuxStream(source, streams.stdout, streams.stderr);
    try {
      await abortable(finished(source, { writable: false }), signal);
    } finally {
      source.destroy();
      streams.stdout.end();
      streams.stderr.end();
      await Promise.all(reading);
    }
  }

  /** Runs a container to its end, removes it, and returns what it wrote and how it ended. */
  async runOnce(
    options: ContainerOptions,
    signal: AbortSignal,
  ): Promise<{ exitCode: number; output: string }> {
    signal.throwIfAborted();
    // Not to be left half-way: a container that nobody knows of would stay.
    const container = await engineErrors(this.#client.createContainer(options));
    try {
      const ended = this.#call<{ StatusCode: number }>(
        container.wait({ condition: 'next-exit' }),
        signal,
      );
      ended.catch(() => undefined);
      await this.#call(container.start(), signal);
      const { StatusCode } = await ended;
      return { exitCode: StatusCode, output: await this.logTail(container.id, 1000, signal) };
    } finally {
      // Also when the signal has aborted: nothing of it may stay.
      await container.remove({ force: true, v: true }).catch(() => undefined);
    }
  }

  /** Runs a command in a running container and returns what it wrote and how it ended. */
  async exec(
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ exitCode: number; output: string }> {
    const exec = await this.#call<Docker.Exec>(
      this.#client
        .getContainer(container)
        .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true }),
      signal,
    );
    const stream = await this.#call<Readable>(exec.start({}), signal);
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    this.#client.modem.demuxStream(stream, output, output);
    await abortable(finished(stream, { writable: false }), signal);
    const { ExitCode } = await this.#call<Docker.ExecInspectInfo>(exec.inspect(), signal);
    return { exitCode: ExitCode ?? -1, output: text };
  }

  // Images

  async findImage(name: string, signal: AbortSignal): Promise<Docker.ImageInspectInfo | undefined> {
    return this.#find(this.#client.getImage(name).inspect(), signal);
  }

  /**
   * Whether the registry of the image knows it; rejects with the engine's reason when it does not.
   * `auth`: see `credentialsFor`.
   */
  async findInRegistry(name: string, signal: AbortSignal, auth?: string): Promise<void> {
    await this.#call(this.#client.getImage(name).distribution(authOption(auth)), signal);
  }

  /** `auth`: see `credentialsFor`. */
  async pullImage(name: string, signal: AbortSignal, auth?: string): Promise<void> {
    const stream = await this.#call<Readable>(this.#client.pull(name, authOption(auth)), signal);
    await this.#followProgress(stream, signal);
  }

  /** Takes a name from an image, and the image with the last; false when it is in use or gone. */
  async removeImage(name: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#changeIfAny(() => this.#client.getImage(name).remove(), signal);
    } catch (error) {
      if (error instanceof EngineError && error.status === 409) return false;
      throw error;
    }
  }

  async saveImage(name: string, signal: AbortSignal): Promise<Readable> {
    return this.#call(this.#client.getImage(name).get(), signal);
  }

  /** Loads a `docker save` archive. */
  async loadImages(archive: Readable, signal: AbortSignal): Promise<void> {
    const stream = await this.#call<Readable>(this.#client.loadImage(archive), signal);
    await this.#followProgress(stream, signal);
  }

  /** A pull or load reports its failure inside a stream that began with 200. */
  async #followProgress(stream: Readable, signal: AbortSignal): Promise<void> {
    const progress = new Promise<void>((resolve, reject) => {
      this.#client.modem.followProgress(stream, (error: unknown, events: unknown) => {
        const failure = (events as { error?: string }[] | null)?.find((event) => event.error);
        if (error) reject(new EngineError(error));
        else if (failure) reject(new EngineError(new Error(failure.error)));
        else resolve();
      });
    });
    try {
      await abortable(progress, signal);
    } finally {
      // An engine goes on with what was given up as long as somebody listens.
      stream.destroy();
    }
  }

  // Networks and volumes

  async listNetworks(signal: AbortSignal, label?: string): Promise<Docker.NetworkInspectInfo[]> {
    const filters = label === undefined ? {} : { label: [label] };
    return this.#call(this.#client.listNetworks({ filters }), signal);
  }

  async createNetwork(options: Docker.NetworkCreateOptions, signal: AbortSignal): Promise<void> {
    await this.#change(() => this.#client.createNetwork(options), signal);
  }

  /** Names of the containers that are connected to a network. */
  async containersOn(network: string, signal: AbortSignal): Promise<string[]> {
    const found = await this.#find<Docker.NetworkInspectInfo>(
      this.#client.getNetwork(network).inspect(),
      signal,
    );
    return Object.values(found?.Containers ?? {}).map(({ Name }) => Name);
  }

  async removeNetwork(name: string, signal: AbortSignal): Promise<void> {
    await this.#changeIfAny(() => this.#client.getNetwork(name).remove(), signal);
  }

  async listVolumes(label: string, signal: AbortSignal): Promise<VolumeFacts[]> {
    const { Volumes } = await this.#call<{ Volumes: VolumeFacts[] | null }>(
      this.#client.listVolumes({ filters: { label: [label] } }),
      signal,
    );
    return Volumes ?? [];
  }

  async findVolume(name: string, signal: AbortSignal): Promise<VolumeFacts | undefined> {
    return this.#find(this.#client.getVolume(name).inspect(), signal);
  }

  async createVolume(name: string, labels: Labels, signal: AbortSignal): Promise<void> {
    const volume = { Name: name, Labels: { ...labels } };
    await this.#change(() => this.#client.createVolume(volume), signal);
  }

  async removeVolume(name: string, signal: AbortSignal): Promise<void> {
    await this.#changeIfAny(() => this.#client.getVolume(name).remove(), signal);
  }
}

async function engineErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new EngineError(error);
  }
}

/** Whether a container is up; one that its restart policy starts again and again is not. */
export function isUp({ State }: ContainerFacts): boolean {
  return State.Running && !State.Restarting;
}

/**
 * Whether somebody has ended it, of a container that its engine would otherwise start again. (What does
 * not come up is `restarting`, and what could not be started has an error.)
 */
export function wasStopped({ State }: ContainerFacts): boolean {
  return State.Status === 'exited' && State.Error === '';
}

/**
 * docker-modem shows its requests, headers and all, with `DEBUG=modem`: credentials become a text
 * where they are sent, and nowhere else.
 */
function authOption(auth: string | undefined): { authconfig?: Docker.AuthConfigKey } {
  if (auth === undefined) return {};
  const key = { toString: () => auth, [inspect.custom]: () => '[credentials]' };
  return { authconfig: { key: key as unknown as string } };
}

/** Docker's log framing: 8 bytes of header (stream, length), then the text. */
function demultiplex(log: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    text += log.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}
