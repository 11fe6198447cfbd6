// npm run quickstart: a cluster to try out, from a fresh clone on a Debian with Node and npm alone.
//
//   npm run quickstart
//   npm run quickstart -- down     removes the cluster and everything that was set up for it
import { CommandFailed, signalRunning, untilRunningEnded } from './exec.mjs';
import { quickstartDown } from './quickstart-down.mjs';
import { quickstartUp } from './quickstart-up.mjs';
import { say } from './say.mjs';
import { Shown } from './swarmctl.mjs';
import { Unmet } from './unmet.mjs';

let interrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, async () => {
    interrupted = true;
    // Of Ctrl-C in a terminal everyone hears by themselves.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) signalRunning(signal);
    await untilRunningEnded();
    say(
      '\nInterrupted. `npm run quickstart` goes on, `npm run quickstart -- down` removes it all.',
    );
    process.exit(130);
  });
}

/** @type {Record<string, () => Promise<void>>} */
const commands = { up: quickstartUp, down: quickstartDown };
const [name = 'up', ...rest] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined || rest.length > 0) {
    throw new Unmet('usage: npm run quickstart [-- down]');
  }
  await command();
} catch (error) {
  // What was interrupted need not explain itself.
  if (interrupted) await new Promise(() => {});
  if (error instanceof Unmet || error instanceof CommandFailed) say(`\n${error.message}`);
  else if (!(error instanceof Shown)) say(`\n${/** @type {Error} */ (error).stack ?? error}`);
  process.exitCode = error instanceof Shown ? error.code : 1;
}
