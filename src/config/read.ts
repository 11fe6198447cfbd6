import { open } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { Within } from '../cluster/problem.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import type { Place, PlacedProblem } from './place.ts';
import type { Settings } from './settings.ts';
import { clusterFileShape, keyOfSettings, type StoreImage } from './shape.ts';
import { Walk } from './walk.ts';

const DUPLICATE = 'DUPLICATE_KEY';

/** More than any cluster needs, and little enough for a file that was named by mistake. */
const MOST_BYTES = 1024 * 1024;

/** What a cluster file says, as far as it could be read. */
export interface ClusterFile {
  /** As the person named it. */
  readonly path: string;
  readonly settings: Partial<Settings>;
  /** Where a setting stands or, of a list, one of its items, or what is within that. */
  readonly place: (setting: string, index?: number, within?: Within) => Place | undefined;
  /** The dotted key of a setting. */
  readonly key: (setting: string) => string | undefined;
  readonly problems: readonly PlacedProblem[];
}

interface Surroundings {
  /** For `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stores: readonly StoreImage[];
}

/** Reads a cluster file; fails when it is none, and otherwise tells its problems with the rest. */
export async function readClusterFile(file: string, around: Surroundings): Promise<ClusterFile> {
  return parseClusterFile(file, await readText(file), around);
}

/** The same, of a text. */
export function parseClusterFile(file: string, text: string, around: Surroundings): ClusterFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const shape = clusterFileShape(around.stores);
  const walk = new Walk(file, document, lines, shape, around.env);

  const faults = [...document.errors, ...document.warnings];
  for (const { code, message, pos } of faults) {
    walk.report(
      pos[0],
      code === DUPLICATE ? `${keyAt(text, pos[0])} is there twice` : sayFault(code, message),
    );
  }
  // Where the form of the text is in doubt, so is all that it seems to say.
  if (faults.every(({ code }) => code === DUPLICATE)) walk.root();

  const keys = keyOfSettings(shape);
  return {
    path: file,
    settings: walk.settings,
    place: (setting, index, within) => walk.place(setting, index, within),
    key: (setting) => keys.get(setting),
    problems: walk.problems,
  };
}

async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await readUpTo(handle, MOST_BYTES + 1);
      if (bytesRead > MOST_BYTES) throw new Error('it is larger than 1 MiB');
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : reasonOf(error);
    throw new SwarmctlError('USAGE', `${file} cannot be read: ${reason}`, {
      cause: error,
      suggestions: missing ? ['swarmctl init'] : [],
    });
  }
}

/** A pipe gives its text in pieces. */
async function readUpTo(handle: Awaited<ReturnType<typeof open>>, most: number) {
  const buffer = Buffer.alloc(most);
  let bytesRead = 0;
  while (bytesRead < most) {
    const piece = await handle.read(buffer, bytesRead, most - bytesRead, null);
    if (piece.bytesRead === 0) break;
    bytesRead += piece.bytesRead;
  }
  return { buffer, bytesRead };
}

/** A key, which is on one line. */
function keyAt(text: string, offset: number): string {
  return /^(\S*?)\s*(:(\s|$)|$)/m.exec(text.slice(offset))?.[1] ?? 'a key';
}

function sayFault(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a file holds one cluster';
  return `not YAML: ${message}`;
}
