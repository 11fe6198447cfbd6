import { execFile } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../src/util/template.ts';
import { closedPort, tcpServer } from '../../stores/support.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What the script says of these addresses, and how long it took, in milliseconds. */
async function connect(targets: readonly string[], PATH = process.env.PATH ?? '') {
  const script = await readTemplate('local-host/connect.sh');
  const begun = performance.now();
  const { stdout, stderr } = await promisify(execFile)(
    '/bin/sh',
    ['-c', script, 'connect', ...targets],
    { env: { PATH } },
  );
  expect(stderr).toBe('');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { lines: lines.sort(), took: performance.now() - begun };
}

/** A folder whose only program is an `nc` that does so; without bash, the script uses it. */
async function withNetcat(script: string): Promise<string> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'nc');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o700);
  return folder;
}

describe('the script by which hosts look for a store', () => {
  it('says which addresses can be connected to, without waiting for those that cannot', async () => {
    const open = String(await tcpServer(() => undefined));
    const other = String(await tcpServer((socket) => socket.destroy()));
    const closed = String(await closedPort());
    const ip = '127.0.0.1';
    const { lines, took } = await connect([ip, closed, ip, open, ip, other]);
    expect(lines).toEqual([`reached ${ip} ${open}`, `reached ${ip} ${other}`].sort());
    expect(took).toBeLessThan(1000);
  });

  it('says nothing, and does not fail, when none can be or none is asked for', async () => {
    const closed = String(await closedPort());
    expect((await connect(['127.0.0.1', closed])).lines).toEqual([]);
    expect((await connect([])).lines).toEqual([]);
  });

  it('tries all at the same time', async () => {
    const folder = await temporaryFolder();
    // Each connects only when all three are on their way.
    const PATH = await withNetcat(`
      : > '${folder}'/"$5"
      for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        test -e '${folder}'/1 && test -e '${folder}'/2 && test -e '${folder}'/3 && exit 0
        /bin/sleep 0.1
      done
      exit 1`);
    const { lines } = await connect(['a', '1', 'b', '2', 'fd00::1', '3'], PATH);
    expect(await readdir(folder)).toHaveLength(3);
    expect(lines).toEqual(['reached a 1', 'reached b 2', 'reached fd00::1 3']);
  });

  it('takes an address for an address, whatever is in it', async () => {
    const PATH = await withNetcat('exit 0');
    const odd = ['$(echo x)', '1', 'a b', '2', '-z', '3', '*', '4'];
    const { lines } = await connect(odd, PATH);
    expect(lines).toEqual(
      ['reached $(echo x) 1', 'reached a b 2', 'reached -z 3', 'reached * 4'].sort(),
    );
  });
});
