import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../src/util/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the script that puts a file', () => {
  it('leaves nothing when the connection breaks and nobody reads its last words', async () => {
    const folder = await temporaryFolder();
    const script = await readTemplate('ssh/put-file.sh');
    const values = [path.join(folder, 'file'), '100', '644', ''];
    const child = spawn('sh', ['-c', script, 'put-file', ...values]);
    child.stderr.destroy();
    child.stdin.write('a part of it');
    await expect.poll(() => readdir(folder)).toHaveLength(1);
    child.stdin.end();
    await once(child, 'exit');
    expect(await readdir(folder)).toEqual([]);
  });
});
