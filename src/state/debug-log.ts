import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { redact, redactArguments } from '../util/redact.ts';

const KEPT = 20;

/**
 * The log of one run, 0600 in the folder of logs; the oldest are removed. It begins with the
 * first line, so a command that has nothing to say leaves none.
 */
export class DebugLog {
  readonly #file: string;
  readonly #folder: string;
  readonly #header: string;
  #open = false;

  constructor(folder: string, command: string, argv: readonly string[]) {
    const stamp = new Date().toISOString().replaceAll(':', '').replace(/\..*/, '');
    this.#folder = folder;
    this.#file = path.join(
      folder,
      `${stamp}-${command.replaceAll(':', '-')}-${String(process.pid)}.log`,
    );
    this.#header = `swarmctl ${redactArguments(argv)}`;
  }

  /** Undefined while there is nothing in it, or when it cannot be written. */
  get file(): string | undefined {
    return this.#open ? this.#file : undefined;
  }

  write(sentence: string): void {
    try {
      if (!this.#open) this.#begin();
      this.#append(sentence);
    } catch {
      // A log that cannot be written must not stop the work it tells of.
    }
  }

  fail(error: unknown): void {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      this.write(cause.stack ?? cause.message);
    }
  }

  #begin(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const old = readdirSync(this.#folder)
      .sort()
      .slice(0, -KEPT + 1);
    for (const file of old) rmSync(path.join(this.#folder, file), { force: true });
    this.#append(`${this.#header} (node ${process.version}, ${process.platform}-${process.arch})`);
    this.#open = true;
  }

  #append(text: string): void {
    const line = `${new Date().toISOString()} ${redact(text)}\n`;
    appendFileSync(this.#file, line, { mode: 0o600 });
  }
}
