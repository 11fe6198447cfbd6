import { reasonOf } from '../errors.ts';
import { abortable } from '../util/abort.ts';

/** Something that was asked for and could not be had. */
export interface Gap {
  /** Null where it is no matter of one host. */
  readonly host: string | null;
  readonly what: string;
  readonly reason: string;
}

interface Question {
  readonly host?: string;
  /** As in "etcd-1: its containers: no answer within 15 s". */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Characters kept of one text, from its end. */
const LONGEST = 1024 * 1024;

/** The files of a bundle while they are gathered: texts by path, each redacted on its way in. */
export class Collection {
  readonly files = new Map<string, string>();
  readonly gaps: Gap[] = [];
  readonly #redact: (text: string) => string;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  /** A text as it is, anything else as JSON. */
  add(path: string, content: unknown): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    // Cut last: a secret without its beginning would not be known as one.
    const clean = this.#redact(text).slice(-LONGEST);
    this.files.set(path, clean.endsWith('\n') ? clean : `${clean}\n`);
  }

  miss({ host, what }: Pick<Question, 'host' | 'what'>, error: unknown): void {
    this.gaps.push({ host: host ?? null, what, reason: this.#redact(reasonOf(error)) });
  }

  /** What `work` brings; undefined, and noted as missing, when it fails or the signal aborts. */
  async ask<T>(question: Question, work: () => Promise<T>): Promise<T | undefined> {
    try {
      question.signal.throwIfAborted();
      return await abortable(work(), question.signal);
    } catch (error) {
      this.miss(question, error);
      return undefined;
    }
  }

  /** The same, put into a file when there is something. */
  async put(path: string, question: Question, work: () => Promise<unknown>): Promise<void> {
    const content = await this.ask(question, work);
    if (content !== undefined) this.add(path, content);
  }
}

/** A name that came from somewhere else, as the name of a file. */
export function fileName(name: string): string {
  return name
    .replace(/^\//, '')
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_');
}
