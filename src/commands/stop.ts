import type { Switched } from '../actions/switch-hosts.ts';
import { SwitchCommand } from '../shell/switch-command.ts';

export default class Stop extends SwitchCommand {
  static override summary = 'stop a cluster or some hosts of it, and keep everything';
  static override description =
    'A local host ends with all that runs on it; its data, addresses and ports stay. On servers only ' +
    "swarm's own containers stop. swarmctl start goes on from there.";
  static override examples = ['<%= config.bin %> stop', '<%= config.bin %> stop etcd-1 etcd-2'];

  async run(): Promise<Switched[]> {
    const { switchHosts } = await import('../actions/switch-hosts.ts');
    return this.switched('stop', switchHosts);
  }
}
