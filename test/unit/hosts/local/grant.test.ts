import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { likelyGrant } from '../../../../src/hosts/local/grant.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const socket = { kind: 'socket', path: '/var/run/docker.sock' } as const;
const WITH = '000001ffffffffff';
const WITHOUT = '000001fffeffffff';

/** A folder like /proc with processes of these names and bounding sets. */
async function procWith(...processes: [string, string][]): Promise<string> {
  const proc = await temporaryFolder();
  for (const [index, [name, bounding]] of processes.entries()) {
    const folder = path.join(proc, String(index + 1));
    await mkdir(folder);
    await writeFile(path.join(folder, 'comm'), `${name}\n`);
    await writeFile(path.join(folder, 'status'), `Name:\t${name}\nCapBnd:\t${bounding}\n`);
  }
  await mkdir(path.join(proc, 'sys'));
  return proc;
}

it.each([
  ['an engine without the capability', [['dockerd', WITHOUT]], 'capabilities'],
  ['an engine with it', [['dockerd', WITH]], 'privileged'],
  [
    'both kinds',
    [
      ['dockerd', WITHOUT],
      ['dockerd', WITH],
    ],
    'privileged',
  ],
  ['no engine, but processes without it', [['bash', WITHOUT]], 'privileged'],
  ['nothing', [], 'privileged'],
] as [string, [string, string][], string][])('where it sees %s', async (_what, seen, grant) => {
  expect(await likelyGrant(socket, await procWith(...seen))).toBe(grant);
});

it('does not look where there is nothing to see', async () => {
  expect(await likelyGrant(socket, '/nowhere')).toBe('privileged');
});

it('says nothing of an engine behind TCP', async () => {
  const proc = await procWith(['dockerd', WITHOUT]);
  expect(await likelyGrant({ kind: 'tcp', host: '127.0.0.1', port: 2375 }, proc)).toBe(
    'privileged',
  );
});
