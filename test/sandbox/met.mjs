import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './project.mjs';
import { readJson } from './read-json.mjs';
import { say } from './say.mjs';

/** What docs/versions.md is made of. */
const KEPT = path.join(ROOT, 'docs/versions.json');

/** @typedef {{ engine: string, discovery: string, client: string, swarm: string }} Met */

/**
 * Says of which versions the clusters of the end-to-end tests were, and with SWARMCTL_TEST_KEEP_MET
 * writes it down: what was met with this swarm is replaced, what was met with others stays.
 *
 * @param {string} file Lines that the tests have written.
 */
export async function tellMet(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  const rows = [...new Set(text.split('\n').filter(Boolean))].map(
    (line) => /** @type {Met} */ (JSON.parse(line)),
  );
  if (rows.length === 0) return;
  rows.sort(byKey);
  say('\nmet: engine, discovery, docker CLI, swarm');
  for (const row of rows) say(`  ${keyOf(row)}`);
  if (!process.env.SWARMCTL_TEST_KEEP_MET) return;
  const before = /** @type {Met[]} */ ((await readJson(KEPT)) ?? []);
  const swarms = new Set(rows.map(({ swarm }) => swarm));
  const kept = [...before.filter(({ swarm }) => !swarms.has(swarm)), ...rows].sort(byKey);
  await writeFile(KEPT, `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** @param {Met} met */
function keyOf({ engine, discovery, client, swarm }) {
  return [engine, discovery, client, swarm].join(', ');
}

/**
 * @param {Met} one
 * @param {Met} other
 */
function byKey(one, other) {
  return keyOf(one) < keyOf(other) ? -1 : 1;
}
