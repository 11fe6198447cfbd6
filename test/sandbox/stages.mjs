import { explain } from './explain.mjs';
import { say, saying, seconds } from './say.mjs';

/**
 * @typedef {'ok' | 'failed' | 'not run'} Status
 * @typedef {{ name: string, status: Status, milliseconds: number }} Stage
 */

/** Parts of a run that are independent, as far as they can be: one that fails stops only some. */
export class Stages {
  /** @type {Stage[]} */
  #stages = [];

  /** No further stage runs from now on. */
  ended = false;

  /**
   * @param {string} name
   * @param {() => Promise<unknown>} work
   * @param {{ needs?: readonly string[], visible?: boolean }} [options]
   *   `needs`: earlier stages without which it is pointless; `visible`: it prints progress itself.
   */
  async run(name, work, { needs = [], visible = false } = {}) {
    if (this.ended || needs.some((need) => this.#status(need) !== 'ok')) {
      this.#stages.push({ name, status: 'not run', milliseconds: 0 });
      return;
    }
    const start = performance.now();
    /** @type {Status} */
    let status = 'ok';
    // A terminal shows the progress of tests by itself, and would be disturbed.
    const every = visible ? (process.stdout.isTTY ? 2 ** 31 - 1 : 60_000) : 20_000;
    say();
    await saying(name, work, { every }).catch((/** @type {unknown} */ error) => {
      status = 'failed';
      say(`  ${name} FAILED: ${explain(error)}`);
    });
    this.#stages.push({ name, status, milliseconds: performance.now() - start });
  }

  /** @returns {string[]} */
  get failed() {
    return this.#stages.filter(({ status }) => status === 'failed').map(({ name }) => name);
  }

  /** @returns {string} One line per stage. */
  summary() {
    const lines = this.#stages.map(({ name, status, milliseconds }) => {
      const time = status === 'not run' ? '' : seconds(milliseconds);
      return `  ${status.padEnd(7)}  ${name.padEnd(24)} ${time.padStart(8)}`.trimEnd();
    });
    return lines.join('\n');
  }

  /** @param {string} name */
  #status(name) {
    return this.#stages.find((stage) => stage.name === name)?.status;
  }
}
