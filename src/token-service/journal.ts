import { open, readFile, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ServiceError, codeOf, reasonOf } from './refusal.ts';
import type { Change, Clusters } from './registry.ts';
import { seal, unseal } from './sealed-line.ts';

const SNAPSHOT = 'snapshot';
const TEMPORARY = 'snapshot.new';
const JOURNAL = /^journal\.(\d+)$/;
const FORMAT = 1;
const LINE_FEED = 0x0a;

interface Snapshot {
  readonly format: number;
  /** Number of the journal with what happened since. */
  readonly journal: number;
  readonly clusters: Clusters;
}

/** What was found on disk: a state, and what happened to it afterwards. */
interface Recovered {
  readonly journal: Journal;
  readonly clusters: Clusters;
  readonly changes: readonly Change[];
}

/**
 * Keeps changes on disk so that neither a SIGKILL nor a power cut at any instant loses one whose
 * write has returned. Two files: `snapshot`, all there was at one moment, replaced as a whole by a
 * rename; and `journal.N`, which the snapshot names and which got a line per write since. The next
 * line is written only when the one before it is on disk: so a power cut damages the last line
 * alone, and any other damage is one to acknowledged data, which a person must see.
 *
 * One call at a time.
 */
export class Journal {
  readonly #folder: string;
  #number: number;
  #handle: FileHandle | undefined;
  /** Bytes of the journal that are known to be on disk. */
  #length: number;
  #mustCompact = false;

  private constructor(folder: string, number: number, handle?: FileHandle, length = 0) {
    this.#folder = folder;
    this.#number = number;
    this.#handle = handle;
    this.#length = length;
  }

  /**
   * Reads what is there; an empty folder becomes an empty journal.
   * @param report told in a sentence what had to be cut off
   * @throws {ServiceError} when the data are damaged in a way that no crash explains
   */
  static async open(folder: string, report: (sentence: string) => void): Promise<Recovered> {
    const snapshot = await readSnapshot(folder);
    if (snapshot === undefined) return Journal.#begin(folder);
    const file = path.join(folder, journalName(snapshot.journal));
    let handle: FileHandle;
    try {
      handle = await open(file, 'r+');
    } catch (error) {
      throw new ServiceError(`cannot open ${file}: ${reasonOf(error)}. ${ADVICE}`, error);
    }
    try {
      const content = await handle.readFile();
      const { changes, length } = readChanges(content, file);
      const journal = new Journal(folder, snapshot.journal, handle, length);
      if (length < content.length) {
        report(
          `cut ${content.length - length} bytes off the end of ${file}: a write that was interrupted and never acknowledged`,
        );
        await journal.#retract();
      }
      await journal.#removeOthers();
      return { journal, clusters: snapshot.clusters, changes };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  static async #begin(folder: string): Promise<Recovered> {
    for (const name of await journalsIn(folder)) {
      // The first start may have been interrupted before its snapshot.
      const { length } = await readFile(path.join(folder, name));
      if (length > 0) throw new ServiceError(`${folder} holds ${name}, but no snapshot. ${ADVICE}`);
    }
    const journal = new Journal(folder, 0);
    await journal.compact({});
    return { journal, clusters: {}, changes: [] };
  }

  /** Bytes of the journal without the snapshot. */
  get length(): number {
    return this.#length;
  }

  /** Whether nothing can be written before `compact` has succeeded. */
  get mustCompact(): boolean {
    return this.#mustCompact;
  }

  /** Returns when the changes are on disk; when it fails, none of them is. */
  async write(changes: readonly Change[]): Promise<void> {
    if (this.#mustCompact || this.#handle === undefined) throw new Error('the journal is closed');
    const line = Buffer.from(seal(changes));
    try {
      await writeAll(this.#handle, line, this.#length);
      await this.#handle.datasync();
    } catch (error) {
      await this.#retract();
      throw error;
    }
    this.#length += line.length;
  }

  /**
   * Replaces snapshot and journal, and returns the snapshot's bytes; when it fails, what was on disk
   * is still there.
   */
  async compact(clusters: Clusters): Promise<number> {
    const number = this.#number + 1;
    const file = path.join(this.#folder, journalName(number));
    const temporary = path.join(this.#folder, TEMPORARY);
    const snapshot = Buffer.from(seal({ format: FORMAT, journal: number, clusters }));
    let handle: FileHandle | undefined;
    try {
      handle = await open(file, 'w+', 0o600);
      await handle.sync();
      await writeDurably(temporary, snapshot);
      // The snapshot must never name a journal that is not there.
      await syncFolder(this.#folder);
    } catch (error) {
      await handle?.close();
      await rm(temporary, { force: true });
      await rm(file, { force: true });
      throw error;
    }
    const old = this.#handle;
    this.#number = number;
    this.#handle = handle;
    this.#length = 0;
    // Until the rename is known to be on disk either journal may be the one that counts.
    this.#mustCompact = true;
    await old?.close();
    await rename(temporary, path.join(this.#folder, SNAPSHOT));
    await syncFolder(this.#folder);
    this.#mustCompact = false;
    await this.#removeOthers();
    return snapshot.length;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Takes back what is behind the last good line: a damaged line must never get a successor. */
  async #retract(): Promise<void> {
    try {
      await this.#handle?.truncate(this.#length);
      await this.#handle?.datasync();
    } catch {
      this.#mustCompact = true;
    }
  }

  /** Leftovers cost room and no more, so it does not matter when one stays. */
  async #removeOthers(): Promise<void> {
    for (const name of [...(await journalsIn(this.#folder)), TEMPORARY]) {
      if (name === journalName(this.#number)) continue;
      await rm(path.join(this.#folder, name), { force: true }).catch(() => undefined);
    }
  }
}

const ADVICE =
  'Restore the folder from a backup; or move it away to begin with no clusters: nodes register again by themselves, but only under tokens of the token file';

function journalName(number: number): string {
  return `journal.${number}`;
}

async function journalsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => JOURNAL.test(name));
}

async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  const file = path.join(folder, SNAPSHOT);
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ServiceError(`cannot read ${file}: ${reasonOf(error)}`, error);
  }
  const whole = content.at(-1) === LINE_FEED;
  const snapshot = (whole ? unseal(content.subarray(0, -1)) : undefined) as Snapshot | undefined;
  if (snapshot === undefined) throw new ServiceError(`${file} is damaged. ${ADVICE}`);
  if (snapshot.format !== FORMAT) {
    throw new ServiceError(
      `${file} has format ${snapshot.format}; this version reads format ${FORMAT}`,
    );
  }
  return snapshot;
}

/** All changes up to the first line that is damaged, and how many bytes they take. */
function readChanges(content: Buffer, file: string): { changes: Change[]; length: number } {
  const changes: Change[] = [];
  let length = 0;
  let damaged: number | undefined;
  for (let start = 0, number = 1; start < content.length; number++) {
    const end = content.indexOf(LINE_FEED, start);
    const batch = end < 0 ? undefined : (unseal(content.subarray(start, end)) as Change[]);
    if (batch === undefined) {
      damaged ??= number;
    } else if (damaged !== undefined) {
      throw new ServiceError(
        `line ${damaged} of ${file} is damaged, and what follows is not. ${ADVICE}`,
      );
    } else {
      for (const change of batch) changes.push(change);
      length = end + 1;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return { changes, length };
}

async function writeDurably(file: string, data: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await writeAll(handle, data, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A nearly full disk takes a part of what it is given and says so. */
async function writeAll(handle: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
