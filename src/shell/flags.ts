import * as Flags from '@oclif/core/flags';
import { SwarmctlError } from '../errors.ts';
import { parseDuration } from '../util/duration.ts';

const LONGEST = 2 ** 31 - 1;

/** `--timeout 90s`: milliseconds. */
export const durationFlag = Flags.custom<number>({
  parse: (text) => {
    const milliseconds = parseDuration(text);
    if (milliseconds === undefined || milliseconds < 1 || milliseconds > LONGEST) {
      throw new SwarmctlError('USAGE', `"${text}" is not a duration; write 90s, 5m or 1h30m`);
    }
    return Promise.resolve(milliseconds);
  },
  helpValue: 'DURATION',
});

/** `--concurrency 4`: lanes of a stage that run at the same time. */
export const concurrencyFlag = Flags.integer({
  default: 8,
  min: 1,
  description: 'hosts worked on at the same time',
  helpValue: 'N',
});

/** `--lock-wait 5m`: milliseconds; undefined not to wait. */
export const lockWaitFlag = durationFlag({
  description: 'how long to wait for another swarmctl that changes the cluster; by default not',
});
