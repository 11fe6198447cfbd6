import path from 'node:path';
import { run } from './exec.mjs';
import { ROOT } from './project.mjs';
import { say } from './say.mjs';

export const CLI = path.join(ROOT, 'bin/run.js');

/** The name `swarmctl create --discovery etcd` gives. */
export const CLUSTER = 'etcd';

/**
 * Runs a command in sight of the person, after showing it as they would type it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} Its exit code.
 */
export async function show(command, args, env) {
  const [program, all, typed] =
    command === 'swarmctl'
      ? [process.execPath, [CLI, ...args], ['node', 'bin/run.js', ...args]]
      : [command, args, [command, ...args]];
  say(`\n$ ${typed.map(quote).join(' ')}`);
  const { code } = await run(program, all, { env, visible: true });
  return code;
}

/**
 * The same, for what has to succeed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export async function showMust(command, args, env) {
  const code = await show(command, args, env);
  if (code !== 0) throw new Shown(code);
}

/** A command failed that has told the person why. */
export class Shown extends Error {
  /** @param {number} code */
  constructor(code) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/**
 * An environment after what `swarmctl env --shell bash` prints.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} text
 * @returns {NodeJS.ProcessEnv}
 */
export function evaluate(env, text) {
  const unset = new Set([...text.matchAll(/^unset (\w+)$/gm)].map(([, name]) => name));
  const result = Object.fromEntries(Object.entries(env).filter(([name]) => !unset.has(name)));
  for (const [, name = '', value = ''] of text.matchAll(/^export (\w+)="((?:[^"\\]|\\.)*)"$/gm)) {
    result[name] = value.replaceAll(/\\(.)/g, '$1');
  }
  return result;
}

/** @param {string} word */
function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
