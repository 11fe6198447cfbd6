import { execa } from 'execa';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIST = path.join(ROOT, 'dist');
const HEAVY =
  /^\/\/ node_modules\/(dockerode|docker-modem|node-forge|listr2|inquirer|execa|tar-stream|yaml)\//m;

/** The text of a bundled module and of everything it imports before it runs. */
function loadedBy(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imports = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)"|^import "(\.[^"]+)"/gm),
  ];
  return imports.reduce(
    (all, [, from, bare]) =>
      all + loadedBy(path.resolve(path.dirname(file), from ?? bare ?? ''), seen),
    text,
  );
}

describe('what is loaded before a command does anything', () => {
  const entries = [
    'cli.js',
    ...readdirSync(path.join(DIST, 'commands'), { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.js'))
      .map((file) => `commands/${file}`),
  ];

  it('covers every command', () => {
    expect(entries.length).toBeGreaterThan(5);
    expect(loadedBy(path.join(DIST, 'cli.js'))).toContain('// node_modules/@oclif/core/');
  });

  it.each(entries)('%s loads no heavy library', (entry) => {
    expect(HEAVY.exec(loadedBy(path.join(DIST, entry)))?.[0]).toBeUndefined();
  });

  it('completion, which is asked at every TAB, loads not even oclif', () => {
    const loaded = loadedBy(path.join(DIST, 'completion/main.js'));
    expect(loaded).toContain('// src/completion/complete.ts');
    expect(/^\/\/ node_modules\/.*/m.exec(loaded)?.[0]).toBeUndefined();
  });

  it('the check would notice one', () => {
    const chunks = readdirSync(DIST).filter((file) => file.endsWith('.js'));
    const heavy = chunks.filter((file) => HEAVY.test(readFileSync(path.join(DIST, file), 'utf8')));
    expect(heavy.length).toBeGreaterThan(2);
  });
});

describe('the executable', () => {
  const run = (...argv: string[]) =>
    execa(process.execPath, [path.join(ROOT, 'bin/run.js'), ...argv], {
      reject: false,
      stdin: 'ignore',
    });

  it('answers --version as oclif would', async () => {
    const fast = await run('--version');
    const { stdout } = await execa(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { run } from '@oclif/core/run'; await run(['--version'], ${JSON.stringify(`file://${DIST}/cli.js`)});`,
      ],
      { cwd: ROOT, reject: false },
    );
    expect(fast.stdout).toBe(stdout);
  });

  it('shows help with examples for every command', async () => {
    for (const command of ['create', 'destroy', 'env', 'init', 'ls', 'status']) {
      const { stdout, exitCode } = await run(command, '--help');
      expect(exitCode).toBe(0);
      expect(stdout).toContain('EXAMPLES');
    }
  });
});
