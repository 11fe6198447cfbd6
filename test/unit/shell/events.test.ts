import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { eventSink } from '../../../src/shell/event-sink.ts';
import { eventsWanted } from '../../../src/shell/events-flags.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it.each([
  [['create'], undefined],
  [['create', '--events', 'ndjson'], { file: undefined }],
  [['--events=ndjson', '--events-file=x'], { file: 'x' }],
  [['--events-file', 'x', '--events', 'ndjson'], { file: 'x' }],
  [['--events', 'xml'], undefined],
  [['--events-file', 'x'], undefined],
  [['run', '--', 'create', '--events', 'ndjson'], undefined],
])('sees where events go: %j', (argv, wanted) => {
  expect(eventsWanted(argv)).toEqual(wanted);
});

it('writes a file anew', async () => {
  const file = path.join(await temporaryFolder(), 'events');
  for (const text of ['one\n', 'two\n']) eventSink(file, expect.unreachable)(text);
  expect(await readFile(file, 'utf8')).toBe('two\n');
});

it('names a file that cannot be written', async () => {
  const folder = await temporaryFolder();
  expect(() => eventSink(folder, expect.unreachable)).toThrow(/^--events-file .*EISDIR/);
});

it('goes on without a reader that has gone', async () => {
  const file = path.join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [file]);
  const reader = openSync(file, 'r+');
  const write = eventSink(file, expect.unreachable);
  write('one\n');
  closeSync(reader);
  for (let times = 0; times < 3; times++) write('two\n');
});

it('tells once that a disk is full', () => {
  const losses: string[] = [];
  const write = eventSink('/dev/full', (reason) => losses.push(reason));
  for (let times = 0; times < 3; times++) write('one\n');
  expect(losses).toEqual([expect.stringContaining('ENOSPC')]);
});
