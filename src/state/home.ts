import { access, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { isClusterName, nameProblems } from '../cluster/validate.ts';
import { ClusterRecordSchema, type ClusterRecord } from '../cluster/record.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { writeFileAtomically } from '../util/atomic-file.ts';
import { Journal } from './journal.ts';
import {
  breakLock,
  lockOwner,
  mayBeHeld,
  removeDeadLocks,
  withLock,
  type LockOwner,
} from './lock.ts';

const VERSION = 1;

/** Choosing takes a fraction of a second. */
const LAYOUT_WAIT = 20_000;

/** What is stored of a cluster; paths are never stored, they follow from the cluster's name. */
const StateFileSchema = v.strictObject({
  version: v.literal(VERSION),
  cluster: ClusterRecordSchema,
});

/** A cluster's name and either its record or the reason why that cannot be read. */
type StoredCluster =
  | { readonly name: string; readonly record: ClusterRecord }
  | { readonly name: string; readonly problem: string };

/** One writer's hold on a cluster. */
interface Lock {
  readonly cluster: string;
  /** Undefined when the file does not say. */
  readonly owner: LockOwner | undefined;
  /** False when the owner is certainly gone: the next writer takes it over. */
  readonly held: boolean;
}

/** swarmctl's folder, `SWARMCTL_HOME` or `~/.swarmctl`: a folder per cluster, and the logs. */
export class StateHome {
  readonly path: string;
  readonly #log: () => string | undefined;

  /** `log`: the file of this run's debug log, once there is one. */
  constructor(folder: string, log: () => string | undefined = () => undefined) {
    this.path = path.resolve(folder);
    this.#log = log;
  }

  get logs(): string {
    return path.join(this.path, 'logs');
  }

  /** Host keys of servers that belong to no cluster yet. */
  get knownHosts(): string {
    return path.join(this.path, 'known_hosts', '.hosts');
  }

  /** Fails on a name that no cluster can have, so that no text leads out of swarmctl's folder. */
  cluster(name: string): ClusterFolder {
    const [problem] = nameProblems(name);
    if (problem !== undefined) throw new SwarmctlError('USAGE', problem);
    return new ClusterFolder(path.join(this.path, 'clusters', name), this.#log);
  }

  /** Does `work` on a cluster while no other process changes it; waits that many milliseconds. */
  whileChanging<T>(
    name: string,
    {
      signal,
      wait = 0,
      onWaiting,
    }: {
      readonly signal: AbortSignal;
      readonly wait?: number | undefined;
      readonly onWaiting?: (sentence: string) => void;
    },
    work: () => Promise<T>,
  ): Promise<T> {
    const suggestions = ['wait for it with --lock-wait 5m, or end it', 'swarmctl lock ls'];
    const options = { what: `cluster ${name}`, suggestions, wait, signal, onWaiting };
    return withLock(this.#lock(name), options, work);
  }

  /** The locks of all clusters. */
  async locks(): Promise<Lock[]> {
    const names = await readdir(path.join(this.path, 'locks')).catch(() => []);
    const locks = await Promise.all(
      names.filter(isClusterName).map(async (cluster) => this.lockOf(cluster)),
    );
    return locks.filter((lock) => lock !== undefined);
  }

  async lockOf(cluster: string): Promise<Lock | undefined> {
    const found = await lockOwner(this.#lock(cluster));
    if (found === undefined) return undefined;
    const owner = found === 'unreadable' ? undefined : found;
    return { cluster, owner, held: await mayBeHeld(owner) };
  }

  /** Removes the lock of a cluster, whoever holds it; whether there was one. */
  async breakLock(cluster: string): Promise<boolean> {
    return breakLock(this.#lock(cluster));
  }

  /** Removes what processes that were killed have left of their locks. */
  async removeDeadLocks(): Promise<void> {
    await removeDeadLocks(path.join(this.path, 'locks'));
  }

  #lock(cluster: string): string {
    return path.join(this.path, 'locks', this.cluster(cluster).name);
  }

  /** Does `work` while no other process of this machine chooses addresses and ports. */
  whileLayingOut<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // No cluster's name has a dot in it.
    const file = path.join(this.path, 'locks', 'layout.all');
    return withLock(
      file,
      {
        what: 'the layout of a cluster',
        suggestions: ['wait until it is done, or end it', `else remove ${file}`],
        wait: LAYOUT_WAIT,
        signal,
      },
      work,
    );
  }

  /** Every cluster that has a folder; an unreadable one never hides the others. */
  async list(): Promise<StoredCluster[]> {
    const entries = await readdir(path.join(this.path, 'clusters'), { withFileTypes: true }).catch(
      () => [],
    );
    const names = entries
      .filter((entry) => entry.isDirectory() && isClusterName(entry.name))
      .map((entry) => entry.name);
    return Promise.all(names.sort().map((name) => this.load(name)));
  }

  async load(name: string): Promise<StoredCluster> {
    const folder = this.cluster(name);
    try {
      const record = await folder.readRecord();
      if (record?.spec.name === name) return { name, record };
      return {
        name,
        problem: record
          ? `its state file is that of ${record.spec.name}`
          : 'its state file is missing',
      };
    } catch (error) {
      return { name, problem: reasonOf(error) };
    }
  }
}

/** The folder of one cluster. */
export class ClusterFolder {
  readonly path: string;
  readonly #log: () => string | undefined;

  constructor(folder: string, log: () => string | undefined) {
    this.path = folder;
    this.#log = log;
  }

  get name(): string {
    return path.basename(this.path);
  }

  get journal(): Journal {
    return new Journal(path.join(this.path, 'journal.ndjson'), this.#log);
  }

  /** Host keys of the cluster's servers; known before anything else of it is written. */
  get knownHosts(): string {
    return path.join(this.path, '..', '..', 'known_hosts', this.name);
  }

  /** The folder that serves as `DOCKER_CERT_PATH`. */
  get clientCertificates(): string {
    return path.join(this.path, 'client');
  }

  get #stateFile(): string {
    return path.join(this.path, 'cluster.json');
  }

  /** Undefined when the cluster has no state file; rejects when it has one that cannot be used. */
  async readRecord(): Promise<ClusterRecord | undefined> {
    const text = await this.read('cluster.json');
    if (text === undefined) return undefined;
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      throw new SwarmctlError('STATE', `${this.#stateFile} is not valid JSON`, {
        suggestions: [`swarmctl destroy ${this.name}`],
      });
    }
    const version = (content as { version?: unknown } | null)?.version;
    if (typeof version === 'number' && version > VERSION) {
      throw new SwarmctlError(
        'STATE',
        `${this.#stateFile} was written by a newer swarmctl (version ${String(version)})`,
        { suggestions: ['npm install --global swarmctl@latest'] },
      );
    }
    const parsed = v.safeParse(StateFileSchema, content);
    if (parsed.success) return parsed.output.cluster;
    const [issue] = parsed.issues;
    throw new SwarmctlError(
      'STATE',
      `${this.#stateFile}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
    );
  }

  async writeRecord(cluster: ClusterRecord): Promise<void> {
    await this.write('cluster.json', `${JSON.stringify({ version: VERSION, cluster }, null, 2)}\n`);
  }

  /** Milliseconds since 1970 of the last time that a record was written; undefined when never. */
  async recordedAt(): Promise<number | undefined> {
    const found = await stat(this.#stateFile).catch(() => undefined);
    return found?.mtimeMs;
  }

  /** The text of a file in the folder; undefined when there is none. */
  async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(path.join(this.path, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new SwarmctlError(
        'STATE',
        `cannot read ${path.join(this.path, name)}: ${reasonOf(error)}`,
        {
          suggestions: ['set SWARMCTL_HOME to a folder of yours'],
          cause: error,
        },
      );
    }
  }

  async write(name: string, text: string): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      await writeFileAtomically(path.join(this.path, name), text);
    } catch (error) {
      throw new SwarmctlError(
        'STATE',
        `cannot write ${path.join(this.path, name)}: ${reasonOf(error)}`,
        { cause: error, suggestions: ['set SWARMCTL_HOME to a folder with room that you own'] },
      );
    }
  }

  async exists(): Promise<boolean> {
    return access(this.path).then(
      () => true,
      () => false,
    );
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await rm(this.knownHosts, { force: true });
  }
}
