import type { Switched } from '../actions/switch-hosts.ts';
import { SwitchCommand } from '../shell/switch-command.ts';

export default class Restart extends SwitchCommand {
  static override summary = 'stop and start a cluster, or some hosts of it';
  static override description = 'The same as stop and start.';
  static override examples = [
    '<%= config.bin %> restart',
    '<%= config.bin %> restart etcd-1 etcd-2',
  ];

  async run(): Promise<Switched[]> {
    const { switchHosts } = await import('../actions/switch-hosts.ts');
    return this.switched('restart', switchHosts);
  }
}
