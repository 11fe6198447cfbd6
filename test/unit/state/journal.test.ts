import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/state/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function open() {
  const file = path.join(await temporaryFolder(), 'demo', 'journal.ndjson');
  const journal = new Journal(file);
  await journal.open();
  return { file, journal };
}

describe('a journal', () => {
  it('tells the last state of every step', async () => {
    const { journal } = await open();
    await journal.note({ id: 'network' }, 'begun');
    await journal.note({ id: 'host demo-1', host: 'demo-1' }, 'begun');
    await journal.note({ id: 'network' }, 'done');
    expect(Object.fromEntries(await journal.read())).toEqual({
      network: 'done',
      'host demo-1': 'begun',
    });
  });

  it('tells what was begun and never ended, and why', async () => {
    const { journal } = await open();
    await journal.note({ id: 'killed', host: 'demo-1' }, 'begun');
    for (const state of ['begun', 'failed'] as const) {
      await journal.note({ id: 'failed' }, state, state === 'failed' ? 'no room' : undefined);
    }
    for (const state of ['begun', 'failed', 'begun', 'done'] as const) {
      await journal.note({ id: 'done' }, state);
    }
    for (const state of ['done', 'undoing'] as const) await journal.note({ id: 'undoing' }, state);
    await journal.note({ id: 'stuck' }, 'stuck', 'no way in');
    expect(await journal.unfinished()).toMatchObject([
      { step: 'killed', host: 'demo-1', state: 'begun', reason: undefined },
      { step: 'failed', host: undefined, state: 'failed', reason: 'no room' },
      { step: 'undoing', state: 'undoing' },
      { step: 'stuck', state: 'stuck', reason: 'no way in' },
    ]);
  });

  it('has a line per note, with time, host and reason', async () => {
    const { file, journal } = await open();
    await journal.note({ id: 'x', host: 'demo-1' }, 'failed', 'line one\nline two');
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines).toHaveLength(2);
    const note = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(note).toMatchObject({
      step: 'x',
      host: 'demo-1',
      state: 'failed',
      reason: 'line one\nline two',
    });
    expect(Math.abs(Date.parse(note['at'] ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('is for its owner only', async () => {
    const { file, journal } = await open();
    await journal.note({ id: 'x' }, 'begun');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('cut off at every length tells what was whole', async () => {
    const { file, journal } = await open();
    await journal.note({ id: 'a' }, 'done');
    const whole = (await readFile(file, 'utf8')).length;
    await journal.note({ id: 'b' }, 'begun');
    const text = await readFile(file, 'utf8');
    // Without its last line break a line is whole nevertheless.
    for (let length = 0; length < text.length - 1; length++) {
      await writeFile(file, text.slice(0, length));
      const states = Object.fromEntries(await journal.read());
      expect(states, String(length)).toEqual(length < whole - 1 ? {} : { a: 'done' });
    }
  });

  it('passes over lines that are something else', async () => {
    const { file, journal } = await open();
    await appendFile(file, 'null\n[]\n"text"\n\n{not json}\n');
    await journal.note({ id: 'a' }, 'done');
    expect((await journal.read()).get('a')).toBe('done');
  });

  it('is empty when there is no file', async () => {
    expect((await (await open()).journal.read()).size).toBe(0);
  });

  it('notes an undo without its folder, and nothing else', async () => {
    const journal = new Journal(path.join(await temporaryFolder(), 'gone', 'journal.ndjson'));
    await journal.note({ id: 'record' }, 'undone');
    await expect(journal.note({ id: 'record' }, 'begun')).rejects.toThrow('ENOENT');
  });

  it('loses no note that follows a line cut off by a crash', async () => {
    const { file, journal } = await open();
    await writeFile(file, '{"at":"2026-01-01T00:00:00.000Z","step":"a","sta');
    await journal.open();
    await journal.note({ id: 'b' }, 'begun');
    expect((await journal.read()).get('b')).toBe('begun');
  });
});
