// npm run quickstart: a cluster to try out, from a fresh clone on a Debian with Node and npm alone.
//
//   npm run quickstart
//   npm run quickstart -- down     removes the cluster and everything that was set up for it
import { interruptCommands, untilRunningEnded } from './exec.mjs';
import { explain } from './explain.mjs';
import { quickstartDown } from './quickstart-down.mjs';
import { quickstartUp } from './quickstart-up.mjs';
import { say } from './say.mjs';
import { Shown } from './swarmctl.mjs';
import { Unmet } from './unmet.mjs';

let interrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => void endWith(signal));
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
  process.exitCode = error instanceof Shown ? error.code : 1;
  if (!wasInterrupted() && !(error instanceof Shown)) say(`\n${explain(error)}`);
}

/** @param {NodeJS.Signals} signal */
async function endWith(signal) {
  interrupted = true;
  // Of Ctrl-C in a terminal everyone hears by themselves.
  interruptCommands(signal === 'SIGINT' && process.stdin.isTTY ? undefined : signal);
  await untilRunningEnded();
  say('\nInterrupted. `npm run quickstart` goes on, `npm run quickstart -- down` removes it all.');
  process.exit(130);
}

/** What was interrupted need not explain itself. */
function wasInterrupted() {
  return interrupted;
}
