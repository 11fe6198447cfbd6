import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** The texts in a support bundle, by path below its one folder. */
export async function unpackBundle(file: string): Promise<Map<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-bundle-'));
  try {
    await execa('tar', ['-xzf', file, '-C', folder, '--strip-components', '1']);
    return await textsBelow(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The texts of all files below a folder, by path. */
async function textsBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return [path.relative(folder, file), await readFile(file, 'utf8')] as const;
      }),
    ),
  );
}

/** Every line of every private key below a folder. */
export async function keyLinesBelow(folder: string): Promise<string[]> {
  const keys = [...(await textsBelow(folder)).values()].filter((text) =>
    text.includes('PRIVATE KEY-----'),
  );
  return keys.flatMap((key) =>
    key.split('\n').filter((line) => line !== '' && !line.startsWith('-----')),
  );
}
