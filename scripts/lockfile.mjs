// package-lock.json names versions and digests and no registry, so that each npm uses its own.
import { readFile } from 'node:fs/promises';

const lock = await readFile(new URL('../package-lock.json', import.meta.url), 'utf8');
const resolved = Object.entries(JSON.parse(lock).packages)
  .filter(([, entry]) => entry.resolved !== undefined && !entry.link)
  .map(([name, entry]) => `  ${name}: ${entry.resolved}`);

if (resolved.length > 0) {
  console.error(`package-lock.json says where packages are from:\n${resolved.join('\n')}`);
  console.error('Delete these "resolved" lines; .npmrc keeps npm from writing them.');
  process.exitCode = 1;
}
