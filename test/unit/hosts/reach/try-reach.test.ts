import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { judge, sayReach } from '../../../../src/hosts/reach/try-reach.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../../../templates/reach/reach.sh');
const target = { host: '127.0.0.1', port: 1 };

it.each([
  ['127.0.0.1 1 0 ', 'open'],
  ['127.0.0.1 1 124 ', 'blocked'],
  ['127.0.0.1 1 1 bash: connect: Connection refused', 'refused'],
  ['127.0.0.1 1 1 bash: connect: No route to host', 'blocked'],
  ['127.0.0.1 1 1 [Errno 111] Connection refused', 'refused'],
  ['127.0.0.1 1 1 web1: Name or service not known', 'unknown'],
  ['127.0.0.1 1 127 neither bash and timeout nor python3 is there', 'unknown'],
  ['', 'unknown'],
])('reads "%s" as %s', (line, outcome) => {
  expect(judge(target, `127.0.0.1 11 0 \n${line}\n`).outcome).toBe(outcome);
});

it('says what a port is', () => {
  expect(sayReach({ ...target, outcome: 'blocked', words: '' })).toBe(
    'port 1 of 127.0.0.1 does not answer: a firewall is in between',
  );
  expect(sayReach({ ...target, outcome: 'refused', words: '' })).toContain('nothing listens at');
  expect(sayReach({ ...target, outcome: 'unknown', words: 'why' })).toContain(
    'could not be tried: why',
  );
});

// The build machine need not have Python.
const ways = existsSync('/usr/bin/python3') ? ['bash', 'python'] : ['bash'];

it.each(ways)('tries with what is there: %s', async (where) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port: refused } = closed.address() as { port: number };
  closed.close();
  await once(closed, 'close');
  // Without bash the script goes on with Python.
  const script =
    where === 'python'
      ? `bash() { :; }; command() { [ "$2" != bash ]; }; . ${SCRIPT}`
      : `. ${SCRIPT}`;
  const args = [
    '-c',
    script,
    'reach',
    '3',
    '127.0.0.1',
    String(port),
    '127.0.0.1',
    String(refused),
  ];
  const { stdout } = await promisify(execFile)('sh', args);
  server.close();
  expect(judge({ host: '127.0.0.1', port }, stdout).outcome).toBe('open');
  expect(judge({ host: '127.0.0.1', port: refused }, stdout).outcome).toBe('refused');
});
