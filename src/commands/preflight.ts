import type { PreflightReport } from '../actions/preflight.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { requestArgs, requestFlags } from '../shell/create-flags.ts';
import { durationFlag } from '../shell/flags.ts';
import { settingsGiven } from '../shell/given.ts';

export default class Preflight extends BaseCommand {
  static override summary = 'ask the hosts what create would ask before the first change';
  static override description =
    'Takes what create takes, runs every check, and changes nothing. Exits with 3 when one fails.';
  static override examples = [
    '<%= config.bin %> preflight -f swarmctl.yaml',
    '<%= config.bin %> preflight --host ssh://root@10.0.0.1 --host ssh://root@10.0.0.2',
  ];
  static override args = requestArgs;
  static override flags = {
    ...requestFlags,
    timeout: durationFlag({
      default: 60_000,
      defaultHelp: async () => Promise.resolve('60s'),
      description: 'how long it may take',
    }),
  };

  async run(): Promise<PreflightReport> {
    const parsed = await this.parse(Preflight);
    const { flags } = parsed;
    const { checkNames, preflight } = await import('../actions/preflight.ts');
    const { readRequest } = await import('../actions/cluster-request.ts');
    const { renderPreflight } = await import('../ui/render-preflight.ts');
    const ignored = checkNames(flags['ignore-preflight']);
    const report = await this.within(flags, async (context) => {
      const given = settingsGiven(Preflight.flags, parsed);
      return preflight(await readRequest(given, flags.file, context), ignored, context);
    });
    this.log(renderPreflight(report));
    if (!report.ok) process.exitCode = EXIT.preflight;
    return report;
  }
}
