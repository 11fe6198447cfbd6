// Everything that is checked without running the program: every `check:*` script of package.json,
// two at a time. Prints one line each, and all that a failed one said.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const AT_A_TIME = 2;

const root = new URL('..', import.meta.url);
const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));

let failures = 0;
const waiting = [...names];
await Promise.all(Array.from({ length: AT_A_TIME }, work));
console.log(failures === 0 ? 'all passed' : `${failures} of ${names.length} failed`);
process.exitCode = failures === 0 ? 0 : 1;

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = performance.now();
    const { passed, output } = await run(name);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const short = name.replace('check:', '');
    console.log(`${short.padEnd(9)} ${passed ? 'passed' : 'FAILED'} (${seconds} s)`);
    if (passed) continue;
    failures++;
    console.log(output.replace(/^(?=.)/gm, '  ').trimEnd());
  }
}

/** @param {string} name */
async function run(name) {
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { passed: code === 0, output: stdout + stderr };
}
