import * as Flags from '@oclif/core/flags';
import type { ListedCluster } from '../health/status.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { durationFlag } from '../shell/flags.ts';

export default class Ls extends BaseCommand {
  static override summary = 'list clusters';
  static override description =
    'Asks all of them, at once, how they are. --quiet prints names and asks nobody.';
  static override examples = [
    '<%= config.bin %> ls',
    '<%= config.bin %> ls --quiet --filter name=^ci-',
    '<%= config.bin %> ls --filter health=down --filter health=degraded',
    "<%= config.bin %> ls --format 'table {{.name}}\\t{{.health}}'",
    '<%= config.bin %> ls --json',
  ];
  static override flags = {
    quiet: Flags.boolean({ default: false, char: 'q', description: 'print names only' }),
    filter: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      description:
        'name=REGEX, health=…, discovery=KIND or label=NAME=VALUE; of one key any may hold, of several each must',
      helpValue: 'KEY=VALUE',
    }),
    format: Flags.string({
      description:
        "text for each, with {{.name}} and the like; 'table …' for columns with a header",
      helpValue: 'TEMPLATE',
    }),
    timeout: durationFlag({
      default: 15_000,
      defaultHelp: async () => Promise.resolve('15s'),
      description: 'how long it may take',
    }),
  };

  async run(): Promise<ListedCluster[]> {
    const { flags } = await this.parse(Ls);
    const { listClusters } = await import('../actions/list-clusters.ts');
    const { parseFilters } = await import('../actions/list-filters.ts');
    const { renderList } = await import('../ui/render-list.ts');
    const wanted = { filter: parseFilters(flags.filter), asks: !flags.quiet };
    const clusters = await this.within(flags, (context) => listClusters(wanted, context));
    const text = renderList(clusters, flags.quiet ? '{{.name}}' : flags.format);
    if (text !== '') this.log(text);
    return clusters;
  }
}
