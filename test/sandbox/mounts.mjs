import { readFile } from 'node:fs/promises';
import { must } from './exec.mjs';

/**
 * Unmounts everything below a folder, so that removing the folder removes nothing else.
 *
 * @param {string} folder
 */
export async function unmountBelow(folder) {
  const mounts = await mountsBelow(folder);
  for (const mount of mounts.reverse()) await must('umount', ['--lazy', mount]);
  const left = await mountsBelow(folder);
  if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`);
}

/** @param {string} folder */
async function mountsBelow(folder) {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .trimEnd()
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''))
    .filter((mount) => mount.startsWith(`${folder}/`));
}

/**
 * The kernel writes spaces and the like as octal numbers.
 *
 * @param {string} text
 */
function unescape(text) {
  return text.replace(/\\(\d{3})/g, (_, /** @type {string} */ octal) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}
