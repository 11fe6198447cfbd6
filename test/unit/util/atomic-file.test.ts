import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../../../src/util/atomic-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('writeFileAtomically', () => {
  it('makes file and folders for their owner only, whatever was there', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'a', 'b', 'file');
    await writeFileAtomically(file, 'one');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    await chmod(file, 0o644);
    await writeFileAtomically(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('takes over what a killed process of the same number left', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    const left = `${file}.${String(process.pid)}.tmp`;
    await writeFile(left, 'a much longer text', { mode: 0o644 });
    await writeFileAtomically(file, 'text');
    expect(await readFile(file, 'utf8')).toBe('text');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['file']);
  });

  it('leaves the mode of what somebody else has made', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, 'one');
    await chmod(file, 0o640);
    await writeFileAtomically(file, 'two', await stat(file));
    expect(await readFile(file, 'utf8')).toBe('two');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('never shows a reader a part', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    const texts = ['a', 'b'].map((letter) => letter.repeat(200_000));
    await writeFileAtomically(file, texts[0] ?? '');
    let writing = true;
    const seen = new Set<string>();
    const read = async () => {
      while (writing) seen.add(await readFile(file, 'utf8'));
    };
    const reader = read();
    for (let round = 0; round < 20; round++) {
      await writeFileAtomically(file, texts[round % 2] ?? '');
    }
    writing = false;
    await reader;
    expect([...seen].filter((text) => !texts.includes(text))).toEqual([]);
  });

  it('leaves the old text and no other file when it fails', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'file');
    // A folder in the way: the last step, the renaming, fails.
    await mkdir(path.join(file, 'inside'), { recursive: true });
    await expect(writeFileAtomically(file, 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readdir(file)).toEqual(['inside']);
  });

  it('fails where there can be no folder', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(writeFileAtomically(path.join(file, 'x'), '')).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
