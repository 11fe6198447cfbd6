import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DebugLog } from '../../../src/state/debug-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function open(argv: readonly string[] = ['status']) {
  const folder = path.join(await temporaryFolder(), 'home', 'logs');
  const log = new DebugLog(folder, 'status', argv);
  return { folder, log, text: () => readFile(log.file ?? '', 'utf8') };
}

describe('a debug log', () => {
  it('is not there until something is written', async () => {
    const { folder, log } = await open();
    expect(log.file).toBeUndefined();
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    log.write('hello');
    expect(path.dirname(log.file ?? '')).toBe(folder);
  });

  it('begins with the command line and the versions, then has a line per sentence', async () => {
    const { log, text } = await open(['status', 'demo']);
    log.write('hello');
    log.write('again');
    const [header, ...lines] = (await text()).trimEnd().split('\n');
    expect(header).toContain('swarmctl status demo');
    expect(header).toContain(process.version);
    expect(lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual(['hello', 'again']);
  });

  it('is for its owner only', async () => {
    const { folder, log } = await open();
    log.write('hello');
    expect((await stat(log.file ?? '')).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('keeps twenty, the newest', async () => {
    const { folder, log } = await open();
    await mkdir(folder, { recursive: true });
    const old = Array.from({ length: 25 }, (_, n) => `2020-01-01T0000${String(n + 10)}-ls-1.log`);
    for (const name of old) await writeFile(path.join(folder, name), '');
    log.write('hello');
    log.write('again');
    expect((await readdir(folder)).sort()).toEqual([
      ...old.slice(-19),
      path.basename(log.file ?? ''),
    ]);
  });

  it('has no separator of a command of several words in its name', async () => {
    const log = new DebugLog(await temporaryFolder(), 'a:b', []);
    log.write('x');
    expect(path.basename(log.file ?? '')).toMatch(/^[\w-]+-a-b-\d+\.log$/);
  });

  it('holds no secrets, neither of the command line nor of errors', async () => {
    const { log, text } = await open(['create', '--engine-env', 'HTTP_PROXY=http://u:hunter2@p:1']);
    log.write('pulling from https://bob:hunter2@registry.example.org/v2');
    log.fail(
      new Error('bad key: -----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----'),
    );
    expect(await text()).not.toContain('hunter2');
    expect(await text()).toContain('HTTP_PROXY=[redacted]');
  });

  it.each([
    [['--engine-env', 'MOTTO=one hunter2']],
    [['--engine-env=MOTTO=one hunter2']],
    [['--engine-env', 'MOTTO= hunter2']],
    [['--engine-env', 'MOTTO=one\nhunter2']],
  ])('holds no part of a value with blanks: %j', async (argv) => {
    const { log, text } = await open(['create', ...argv]);
    log.write('x');
    expect(await text()).not.toContain('hunter2');
  });

  it('tells an error with its stack and everything that caused it', async () => {
    const { log, text } = await open();
    const cause = new Error('connection refused');
    log.fail(new Error('no engine', { cause: new Error('no answer', { cause }) }));
    log.fail('not an error');
    for (const part of ['no engine', 'no answer', 'connection refused', 'debug-log.test.ts']) {
      expect(await text()).toContain(part);
    }
  });

  it('that cannot be written stops nothing', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const log = new DebugLog(path.join(file, 'logs'), 'ls', []);
    log.write('hello');
    log.fail(new Error('x'));
    expect(log.file).toBeUndefined();
  });
});
