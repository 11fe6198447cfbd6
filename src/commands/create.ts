import * as Flags from '@oclif/core/flags';
import type { CreateResult } from '../actions/create-cluster.ts';
import type { PlannedCluster } from '../actions/explain-cluster.ts';
import type { Given } from '../config/merge.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { eventsFlags } from '../shell/events-flags.ts';
import { concurrencyFlag, durationFlag, lockWaitFlag } from '../shell/flags.ts';
import { settingsGiven } from '../shell/given.ts';
import { INSECURE, requestArgs, requestFlags } from '../shell/create-flags.ts';

export default class Create extends BaseCommand {
  static override summary = 'create a cluster, finish one that was begun, or change it';
  static override description =
    'Makes a CA, one master and N nodes, on hosts that you name or as containers of the Docker Engine ' +
    'on this machine, starts the discovery store, the agents and the manager, and returns when the ' +
    'manager says that every node is Healthy. The same command again does nothing, or what is still ' +
    'missing; with other options it shows the difference and applies it after a yes.';
  static override examples = [
    '<%= config.bin %> create --discovery etcd --nodes 3',
    '<%= config.bin %> create --discovery etcd --host ssh://root@10.0.0.1 --host ssh://root@10.0.0.2',
    '<%= config.bin %> create -f swarmctl.yaml',
    '<%= config.bin %> create --discovery token --nodes 3',
    '<%= config.bin %> create --discovery etcd://10.0.0.5:2379/team --nodes 3',
    '<%= config.bin %> create staging --discovery etcd --nodes 5 --swarm-strategy binpack --engine-label region=eu',
    '<%= config.bin %> create --discovery etcd --nodes 3 --image-archive swarm-1.2.9.tar --json',
  ];
  static override args = requestArgs;
  static override flags = {
    ...requestFlags,
    timeout: durationFlag({
      default: 300_000,
      defaultHelp: async () => Promise.resolve('5m'),
      description: 'how long it may take',
    }),
    concurrency: concurrencyFlag,
    'dry-run': Flags.boolean({ default: false, description: 'only show what would be done' }),
    'if-exists': Flags.option({
      options: ['reuse', 'fail', 'replace'] as const,
      default: 'reuse',
      description: 'what becomes of a cluster of that name; replace asks, or takes --yes',
    })(),
    'on-failure': Flags.option({
      options: ['keep', 'rollback'] as const,
      env: 'SWARMCTL_ON_FAILURE',
      description:
        'what becomes of a cluster that this run began and could not finish; by default keep on a ' +
        'terminal, and rollback where nobody can be asked',
    })(),
    'min-nodes': Flags.integer({
      min: 1,
      helpValue: 'N',
      description: 'be content with N healthy nodes when others fail; the same create adds those',
    }),
    'lock-wait': lockWaitFlag,
    ...eventsFlags,
    yes: Flags.boolean({ char: 'y', default: false, description: 'never ask' }),
  };

  async run(): Promise<CreateResult | PlannedCluster> {
    const parsed = await this.parse(Create);
    const { flags } = parsed;
    const given = settingsGiven(Create.flags, parsed);
    const { createCluster } = await import('../actions/create-cluster.ts');
    const { readRequest } = await import('../actions/cluster-request.ts');
    const { checkNames } = await import('../actions/preflight.ts');
    const ignored = checkNames(flags['ignore-preflight']);
    if (flags['dry-run']) return this.#explain(given, ignored, flags);
    const result = await this.within(flags, async (context) => {
      const request = await readRequest(given, flags.file, context);
      if (request.spec.insecure) context.warn(INSECURE);
      const confirm = this.confirmsRemoval(flags, context.signal);
      const confirmChange = await this.confirmsChange(flags, context.signal);
      const { concurrency, 'if-exists': ifExists, 'min-nodes': minNodes } = flags;
      const mayAsk = context.interactive && !this.jsonEnabled();
      const onFailure = flags['on-failure'] ?? (mayAsk ? 'keep' : 'rollback');
      const lockWait = flags['lock-wait'];
      return createCluster(
        {
          request,
          ignored,
          concurrency,
          ifExists,
          onFailure,
          minNodes,
          confirm,
          confirmChange,
          lockWait,
        },
        context,
      );
    });
    const { renderCreated } = await import('../ui/render-created.ts');
    this.log(renderCreated(result, this.config.bin));
    if (!result.enough) process.exitCode = EXIT.degraded;
    return result;
  }

  async #explain(
    given: Given,
    ignored: readonly string[],
    flags: { file: string | undefined; timeout: number; quiet: boolean },
  ): Promise<PlannedCluster> {
    const { planCluster } = await import('../actions/plan-cluster.ts');
    const { readRequest } = await import('../actions/cluster-request.ts');
    const { renderPlan } = await import('../ui/render-plan.ts');
    const planned = await this.within(flags, async (context) =>
      planCluster(await readRequest(given, flags.file, context), ignored, context),
    );
    this.log(renderPlan(planned));
    return planned;
  }
}
