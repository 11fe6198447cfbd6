import { setMaxListeners } from 'node:events';
import * as module from 'node:module';
import { Config } from '@oclif/core/config';
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import { flush } from '@oclif/core/flush';
import type { SwarmctlError } from './errors.ts';
import { unknownCommand } from './shell/unknown-command.ts';

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
  const argv = process.argv.slice(2);
  const config = await Config.load(import.meta.url);
  try {
    await run(argv, config);
    await flush();
    // Nothing that is left over (an idle connection, a timer) may hold the process.
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    // Commands speak for themselves; what comes here was none, or none that oclif could find.
    const unknown = unknownCommand(argv, config.commandIDs);
    if (unknown) await refuse(unknown);
    else await handle(error as Error);
  }
}

async function refuse(error: SwarmctlError): Promise<never> {
  const { code, message, suggestions } = error;
  if (process.argv.includes('--json')) {
    const envelope = { ok: false, error: { code, message, suggestions }, warnings: [] };
    process.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`);
  } else {
    const { renderError } = await import('./ui/render-error.ts');
    const color = process.stderr.isTTY && !process.env.NO_COLOR;
    process.stderr.write(renderError(error, { logFile: undefined, color, bin: 'swarmctl' }));
  }
  process.exit(error.exitCode);
}
