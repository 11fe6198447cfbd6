import { discoveryKinds } from '../../discovery/index.ts';
import { BaseCommand } from '../../shell/base-command.ts';

interface ListedDiscovery {
  readonly kind: string;
  readonly summary: string;
  readonly needs: string;
  /** Whether several managers can share it. */
  readonly severalManagers: boolean;
  /** How soon the manager sees that a node is lost. */
  readonly lostAfter: string;
  readonly tls: string;
}

export default class DiscoveryLs extends BaseCommand {
  static override summary = 'compare the kinds of discovery';
  static override examples = ['<%= config.bin %> discovery ls'];

  async run(): Promise<ListedDiscovery[]> {
    await this.parse(DiscoveryLs);
    const { renderDiscoveries } = await import('../../ui/render-discoveries.ts');
    const kinds = discoveryKinds.map(({ kind, facts: { managers, ...facts } }) => ({
      kind,
      ...facts,
      severalManagers: managers,
    }));
    this.log(renderDiscoveries(kinds));
    return kinds;
  }
}
