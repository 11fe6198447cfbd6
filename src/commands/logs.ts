import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { SwarmctlError } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { clusterFlag } from '../shell/cluster-flag.ts';
import { durationFlag } from '../shell/flags.ts';

const FOR_EVER = 2 ** 31 - 1;
const TIMEOUT = 60_000;

export default class Logs extends BaseCommand {
  static override summary = 'show what manager, agents and store wrote';
  static override description =
    'The manager without HOST; of a host everything of the cluster that runs there, unless --manager, ' +
    '--agent or --discovery say otherwise.';
  static override examples = [
    '<%= config.bin %> logs',
    '<%= config.bin %> logs etcd-1 --follow',
    '<%= config.bin %> logs --agent --since 10m',
  ];
  static override enableJsonFlag = false;
  static override args = { host: Args.string({ description: 'name of a host' }) };
  static override flags = {
    cluster: clusterFlag,
    manager: Flags.boolean({ default: false, description: 'of the manager' }),
    agent: Flags.boolean({ default: false, description: 'of agents' }),
    discovery: Flags.boolean({ default: false, description: 'of the discovery store' }),
    follow: Flags.boolean({ char: 'f', default: false, description: 'go on until Ctrl-C' }),
    tail: Flags.integer({ min: 0, description: 'lines from the end', helpValue: 'N' }),
    since: durationFlag({ description: 'of the last 10m, 1h30m, …' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Logs);
    const { readLogs } = await import('../actions/read-logs.ts');
    const { follow, tail, since, cluster, quiet } = flags;
    const parts = (['manager', 'agent', 'discovery'] as const).filter((part) => flags[part]);
    const wanted = {
      ...{ host: args.host, cluster, parts, follow, tail },
      since: since === undefined ? undefined : (Date.now() - since) / 1000,
    };
    const timeout = follow ? FOR_EVER : TIMEOUT;
    await this.within({ timeout, quiet }, (context) =>
      readLogs(
        {
          ...wanted,
          onLine: ({ host, service, stream, text }, several) => {
            process[stream].write(`${several ? `${host} ${service} | ` : ''}${text}\n`);
          },
        },
        context,
      ),
    ).catch((error: unknown) => {
      // Whoever follows a log ends it so.
      if (!follow || !(error instanceof SwarmctlError) || error.code !== 'INTERRUPTED') throw error;
      process.exitCode = error.exitCode;
    });
  }
}
