import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { must, run } from './exec.mjs';

/**
 * Networks of 65536 addresses to choose from: far from those that Docker, Kubernetes and home
 * routers like.
 */
const POOLS = [
  ...Array.from({ length: 48 }, (_, index) => `10.${64 + index}.0.0/16`),
  ...Array.from({ length: 8 }, (_, index) => `172.${24 + index}.0.0/16`),
];

/**
 * The bridge of a sandbox: the same folder always has the same.
 *
 * @param {string} folder
 */
export function bridgeOf(folder) {
  return `swb-${fingerprint(folder)}`;
}

/**
 * Creates the bridge anew, with the first network of an unused pool.
 *
 * @param {string} folder
 * @returns {Promise<string>} The pool, from which the engine's further networks may come.
 */
export async function ensureBridge(folder) {
  const bridge = bridgeOf(folder);
  await removeBridge(bridge);
  const pool = await unusedPool(parseInt(fingerprint(folder), 16));
  await must('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await must('ip', ['address', 'add', pool.replace('0.0/16', '0.1/24'), 'dev', bridge]);
  await must('ip', ['link', 'set', bridge, 'up']);
  return pool;
}

/** @param {string} bridge */
export async function removeBridge(bridge) {
  await run('ip', ['link', 'delete', bridge]);
}

/**
 * The bridge and those the engine made for networks of its own.
 *
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
export async function bridgesOf(folder) {
  // The engine's own records, readable whether it runs or not; names in it are unique anywhere.
  const records = path.join(folder, 'data/network/files/local-kv.db');
  const text = await readFile(records, 'latin1').catch(() => '');
  return [bridgeOf(folder), ...new Set(text.match(/\bbr-[0-9a-f]{12}\b/g))];
}

/** @param {string} text */
function fingerprint(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * @param {number} start Where to begin, so that sandboxes that start together do not collide.
 */
async function unusedPool(start) {
  const routes = await must('ip', ['-4', 'route', 'show', 'table', 'all']);
  const used = [...routes.matchAll(/^(?:\w+ )?(\d[\d.]*(?:\/\d+)?) /gm)].map(([, route]) =>
    parseRange(route ?? ''),
  );
  for (let offset = 0; offset < POOLS.length; offset += 1) {
    const pool = POOLS[(start + offset) % POOLS.length] ?? '';
    const wanted = parseRange(pool);
    if (used.every((range) => range.last < wanted.first || wanted.last < range.first)) return pool;
  }
  throw new Error('every private network is in use already (ip route show table all)');
}

/**
 * @param {string} network Such as `10.1.2.0/24`; a single address is a network of one.
 */
function parseRange(network) {
  const [address = '', bits = '32'] = network.split('/');
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(bits));
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}
