import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** Where Debian keeps the commands of root; the PATH of a user may lack them. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/** How much of a command's output an error shows. */
const TAIL_LINES = 25;

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] Instead of our own environment.
 * @property {string} [cwd]
 * @property {import('node:stream').Readable} [input] Becomes stdin; otherwise there is none.
 * @property {number} [timeout] Milliseconds until it is killed.
 * @property {boolean} [visible] Its output goes to the person instead of into the result.
 *
 * @typedef {object} Outcome
 * @property {number} code 128 and more: killed by a signal; 127: there is no such command.
 * @property {string} stdout
 * @property {string} stderr
 */

export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {Outcome} outcome
   */
  constructor(command, { code, stdout, stderr }) {
    const output = `${stdout}\n${stderr}`.trim().split('\n').slice(-TAIL_LINES).join('\n');
    super(`${command}: exit code ${code}${output && `\n${output}`}`);
    this.code = code;
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

let interrupted = false;

/**
 * Ends the commands that run, and lets none start until `resumeCommands`.
 *
 * @param {NodeJS.Signals} [signal] Left out where they have got it already.
 */
export function interruptCommands(signal) {
  interrupted = true;
  if (signal !== undefined) for (const child of running) child.kill(signal);
}

/** For those that clean up. */
export function resumeCommands() {
  interrupted = false;
}

/** Waits for the commands that run at this moment. */
export async function untilRunningEnded() {
  await Promise.all([...running].map((child) => once(child, 'close')));
}

/** @param {NodeJS.ProcessEnv} [env] */
export function withSystemPath(env = process.env) {
  return { ...env, PATH: [env.PATH, ...SYSTEM_FOLDERS].filter(Boolean).join(':') };
}

/**
 * Runs a command to its end, whatever that is.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { env, cwd, input, timeout, visible } = {}) {
  if (interrupted) return Promise.resolve({ code: 130, stdout: '', stderr: 'interrupted' });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: withSystemPath(env),
      stdio: [
        input ? 'pipe' : 'ignore',
        visible ? 'inherit' : 'pipe',
        visible ? 'inherit' : 'pipe',
      ],
      ...(cwd !== undefined && { cwd }),
      ...(timeout !== undefined && { timeout, killSignal: 'SIGKILL' }),
    });
    running.add(child);
    const outcome = { code: 0, stdout: '', stderr: '' };
    child.stdout
      ?.setEncoding('utf8')
      .on('data', (/** @type {string} */ text) => (outcome.stdout += text));
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (/** @type {string} */ text) => (outcome.stderr += text));
    if (input && child.stdin) {
      // A command that ends early says why itself.
      child.stdin.on('error', () => input.destroy());
      input.pipe(child.stdin);
    }
    child.once('error', (error) => {
      running.delete(child);
      resolve({ ...outcome, code: 127, stderr: error.message });
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ ...outcome, code: code ?? (signal === 'SIGINT' ? 130 : 143) });
    });
  });
}

/**
 * Runs a command that has to succeed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} Its stdout, trimmed.
 */
export async function must(command, args, options) {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0) throw new CommandFailed([command, ...args].join(' '), outcome);
  return outcome.stdout.trim();
}

/**
 * The full path of a command, or undefined where it is not installed.
 *
 * @param {string} command
 */
export async function findCommand(command) {
  for (const folder of withSystemPath().PATH.split(':')) {
    const file = path.join(folder, command);
    if (folder !== '' && (await canRun(file))) return file;
  }
  return undefined;
}

/** @param {string} file */
async function canRun(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
