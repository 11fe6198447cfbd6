import type { ListedCluster } from '../health/status.ts';
import { BaseCommand } from '../shell/base-command.ts';

const TIMEOUT = 15_000;

export default class Ls extends BaseCommand {
  static override summary = 'list clusters';
  static override examples = ['<%= config.bin %> ls', '<%= config.bin %> ls --json'];

  async run(): Promise<ListedCluster[]> {
    const { flags } = await this.parse(Ls);
    const { listClusters } = await import('../actions/list-clusters.ts');
    const clusters = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, listClusters);
    const { renderList } = await import('../ui/render-list.ts');
    this.log(renderList(clusters));
    return clusters;
  }
}
