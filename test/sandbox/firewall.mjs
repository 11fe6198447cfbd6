import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { must, run } from './exec.mjs';
import { readJson } from './read-json.mjs';

/** Where swarmctl takes the networks of its clusters from. (src/preflight/choose.ts) */
const CLUSTERS = '10.117.0.0/16';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/**
 * Lets containers of a pool, and clusters, reach each other and the world. The engine is not allowed to do that
 * itself: every engine that starts empties the chains it shares with the others on the machine,
 * and the ports those have published stop working.
 *
 * @param {string} folder
 * @param {string} pool
 */
export async function openFirewall(folder, pool) {
  await closeFirewall(folder);
  await writeFile(
    noteOf(folder),
    JSON.stringify({ pool, forwarding: await readFile(FORWARDING, 'utf8') }),
  );
  await writeFile(FORWARDING, '1');
  for (const rule of rulesFor(pool)) await must('iptables', ['-w', ...insert(rule)]);
}

/**
 * Takes it back, even when it was done in part.
 *
 * @param {string} folder
 */
export async function closeFirewall(folder) {
  const note = /** @type {Note | undefined} */ (await readJson(noteOf(folder)));
  if (note === undefined) return;
  for (const rule of rulesFor(note.pool)) await run('iptables', ['-w', ...remove(rule)]);
  if (!(await othersForward())) await writeFile(FORWARDING, note.forwarding);
}

/** @typedef {{ pool: string, forwarding: string }} Note */
/** @typedef {{ table: string, chain: string, match: string[] }} Rule */

/**
 * @param {string} pool
 * @returns {Rule[]}
 */
function rulesFor(pool) {
  return [pool, CLUSTERS].flatMap((range) => [
    { table: 'filter', chain: 'FORWARD', match: ['-s', range, '-j', 'ACCEPT'] },
    { table: 'filter', chain: 'FORWARD', match: ['-d', range, '-j', 'ACCEPT'] },
    {
      table: 'nat',
      chain: 'POSTROUTING',
      match: ['-s', range, '!', '-d', range, '-j', 'MASQUERADE'],
    },
  ]);
}

/** @param {Rule} rule */
function insert({ table, chain, match }) {
  return ['-t', table, '-I', chain, ...match];
}

/** @param {Rule} rule */
function remove({ table, chain, match }) {
  return ['-t', table, '-D', chain, ...match];
}

/** Whether anything else on this machine has come to rely on forwarding. */
async function othersForward() {
  const { stdout } = await run('iptables', ['-w', '-t', 'nat', '-S', 'POSTROUTING']);
  return stdout.includes('MASQUERADE');
}

/** @param {string} folder */
function noteOf(folder) {
  return path.join(folder, 'firewall.json');
}
