import { setMaxListeners } from 'node:events';
import * as module from 'node:module';
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import { EXIT } from './errors.ts';
import { flush } from '@oclif/core/flush';

// Node 22 and later keep compiled code between runs.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

// One abort signal is followed by every call under way.
setMaxListeners(0);

// Whoever read along may have gone (`2>&1 | head`), and so may the terminal: that must not stop a
// change half-way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

/** Runs the command line and ends the process with the command's exit code. */
export async function main(): Promise<void> {
  try {
    await run(process.argv.slice(2), import.meta.url);
    await flush();
    // Nothing that is left over (an idle connection, a timer) may hold the process.
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    // Commands speak for themselves; what comes here was none, or none that oclif could find.
    if (process.argv.includes('--json')) {
      const message = error instanceof Error ? error.message : String(error);
      const failure = { code: 'USAGE', message, suggestions: ['swarmctl --help'] };
      process.stdout.write(
        `${JSON.stringify({ ok: false, error: failure, warnings: [] }, null, 2)}\n`,
      );
      process.exit(EXIT.usage);
    }
    await handle(error as Error);
  }
}
