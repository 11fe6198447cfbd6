import { program } from './program.ts';

/** Put in by scripts/build.mjs. */
declare const SWARMCTL_VERSION: string;

// Installed first of all: process 1 of a container ignores what it has no listener for.
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    stop.abort();
  });
}
// Whoever read the log may have gone; that must not stop the service.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const code = await program(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  signal: stop.signal,
  version: SWARMCTL_VERSION,
});
// eslint-disable-next-line no-restricted-syntax -- a program of its own, which a disk that hangs must not keep alive
process.exit(code);
