import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

test('forge is loaded by nothing but the making of certificates', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/pki/index.ts'],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outdir: 'unwritten',
    write: false,
    metafile: true,
  });
  const atOnce = new Set<string>();
  const follow = (file: string) => {
    if (atOnce.has(file)) return;
    atOnce.add(file);
    for (const { path: imported, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import') follow(imported);
    }
  };
  follow('src/pki/index.ts');
  expect(atOnce).toContain('src/pki/issue.ts');
  expect([...atOnce].filter((file) => file.includes('forge'))).toEqual([]);
  expect(metafile.inputs).toHaveProperty(['src/pki/der.ts']);
});
