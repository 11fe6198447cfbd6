// Loaded into swarmctl with `node --import`: something happens to it before or after one step is
// taken or taken back, and which steps there are can be written down. The program itself knows
// nothing of this: its calls of `step.run` and `step.undo` are led through here when it is loaded.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Fault
 * @property {'run' | 'undo'} call
 * @property {string} step Its ID.
 * @property {'before' | 'after'} when
 * @property {'error' | NodeJS.Signals} kind
 * @property {string} trace A file: a line `run STEP` or `undo STEP` for each call, and `!` for the fault.
 */

/** @type {Partial<Fault> & { trace: string }} */
const fault = JSON.parse(process.env.SWARMCTL_TEST_FAULT ?? '{}');

const hooks = `
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!url.includes('/dist/') || !/step\\.undo\\?\\.\\(/.test(String(loaded.source))) return loaded;
    const source = String(loaded.source).replace(/\\bstep\\.(run|undo)(\\?\\.)?\\(/g, '__around(step, "$1", ');
    return { ...loaded, source };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

/**
 * @param {{ id: string, run: Function, undo?: Function }} step
 * @param {'run' | 'undo'} call
 * @param {unknown[]} given
 */
async function around(step, call, ...given) {
  appendFileSync(fault.trace, `${call} ${step.id}\n`);
  const strikes = step.id === fault.step && call === fault.call;
  if (strikes && fault.when === 'before') await strike();
  await step[call]?.(...given);
  if (strikes && fault.when === 'after') await strike();
}

async function strike() {
  appendFileSync(fault.trace, '!\n');
  if (fault.kind === 'error') throw new Error('injected by a test');
  if (!fault.kind) return;
  process.kill(process.pid, fault.kind);
  // It takes a moment to arrive.
  await sleep(fault.kind === 'SIGKILL' ? 60_000 : 20);
}

Object.assign(globalThis, { __around: around });
