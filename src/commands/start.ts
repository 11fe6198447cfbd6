import type { Switched } from '../actions/switch-hosts.ts';
import { SwitchCommand } from '../shell/switch-command.ts';

export default class Start extends SwitchCommand {
  static override summary = 'start hosts that were stopped';
  static override description =
    'Starts what swarmctl stop has stopped, and whatever else of a cluster does not run; ends when the ' +
    'manager calls the hosts Healthy, or says which is not and why.';
  static override examples = ['<%= config.bin %> start', '<%= config.bin %> start etcd-1 etcd-2'];

  async run(): Promise<Switched[]> {
    const { switchHosts } = await import('../actions/switch-hosts.ts');
    return this.switched('start', switchHosts);
  }
}
