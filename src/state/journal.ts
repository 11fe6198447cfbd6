import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';

type StepState = 'begun' | 'done' | 'failed' | 'undoing' | 'stuck' | 'undone';

/** Of a step that is taken back; `stuck` is one for which that failed. */
const UNDOING: readonly StepState[] = ['undoing', 'stuck', 'undone'];

/** What became of a step. */
export interface Note {
  /** ISO 8601. */
  readonly at: string;
  readonly step: string;
  readonly host: string | undefined;
  readonly state: StepState;
  /** Why it, or its undo, failed. */
  readonly reason: string | undefined;
  /** The debug log of the run that was at it. */
  readonly log: string | undefined;
}

/**
 * What was done to a cluster, one JSON object a line, written before a change is made and after:
 * whoever finds a half-made cluster can see how far it got.
 */
export class Journal {
  readonly #file: string;
  readonly #log: () => string | undefined;

  /** `log`: the file that this run tells in more words, once there is one. */
  constructor(file: string, log: () => string | undefined = () => undefined) {
    this.#file = file;
    this.#log = log;
  }

  /** Makes the journal ready to be written. */
  async open(): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    // A crash may have cut the last line off; what comes must not be glued to it.
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text !== '' && !text.endsWith('\n')) await appendFile(this.#file, '\n');
  }

  async note(
    step: { readonly id: string; readonly host?: string },
    state: StepState,
    reason?: string,
  ): Promise<void> {
    const at = new Date().toISOString();
    const log = state === 'done' || state === 'undone' ? undefined : this.#log();
    const line = JSON.stringify({ at, step: step.id, host: step.host, state, reason, log });
    try {
      await appendFile(this.#file, `${line}\n`, { mode: 0o600 });
    } catch (error) {
      // The last undo takes the journal's own folder along; it may have been lost before.
      if (!UNDOING.includes(state) || (error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw error;
    }
  }

  /** The last state of every step. A line cut off by a crash is passed over. */
  async read(): Promise<Map<string, StepState>> {
    const last = await this.#last();
    return new Map([...last].map(([step, { state }]) => [step, state]));
  }

  /** The steps of which the last that is known is not that they were done. */
  async unfinished(): Promise<Note[]> {
    const notes = [...(await this.#last()).values()];
    return notes.filter(({ state }) => state !== 'done');
  }

  async #last(): Promise<Map<string, Note>> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    return new Map(parseNotes(text).map((note) => [note.step, note]));
  }
}

/** The notes in the text of a journal, in their order. */
export function parseNotes(text: string): Note[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { at, step, host, state, reason, log } = JSON.parse(line) as Note;
      return [{ at, step, host, state, reason, log }];
    } catch {
      return [];
    }
  });
}
