import * as Flags from '@oclif/core/flags';
import type { PlannedCluster } from '../actions/explain-cluster.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { requestArgs, requestFlags } from '../shell/create-flags.ts';
import { durationFlag } from '../shell/flags.ts';
import { settingsGiven } from '../shell/given.ts';

export default class Plan extends BaseCommand {
  static override summary = 'show what create would do, host by host';
  static override description =
    'Takes what create takes, asks the hosts what create would ask them, and changes nothing.';
  static override examples = [
    '<%= config.bin %> plan -f swarmctl.yaml',
    '<%= config.bin %> plan --discovery etcd --host ssh://root@10.0.0.1 --host ssh://root@10.0.0.2',
    '<%= config.bin %> plan -f swarmctl.yaml --exit-code',
  ];
  static override args = requestArgs;
  static override flags = {
    ...requestFlags,
    timeout: durationFlag({
      default: 60_000,
      defaultHelp: async () => Promise.resolve('60s'),
      description: 'how long it may take',
    }),
    'exit-code': Flags.boolean({
      default: false,
      description: 'exit with 5 when there is something to do',
    }),
  };

  async run(): Promise<PlannedCluster> {
    const parsed = await this.parse(Plan);
    const { flags } = parsed;
    const { checkNames } = await import('../actions/preflight.ts');
    const { planCluster } = await import('../actions/plan-cluster.ts');
    const { readRequest } = await import('../actions/cluster-request.ts');
    const { renderPlan } = await import('../ui/render-plan.ts');
    const planned = await this.within(flags, async (context) =>
      planCluster(
        await readRequest(settingsGiven(Plan.flags, parsed), flags.file, context),
        checkNames(flags['ignore-preflight']),
        context,
      ),
    );
    this.log(renderPlan(planned));
    if (flags['exit-code'] && planned.changes.length > 0) process.exitCode = EXIT.changesDue;
    return planned;
  }
}
