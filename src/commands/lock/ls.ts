import type { ListedLock } from '../../actions/locks.ts';
import { BaseCommand } from '../../shell/base-command.ts';

const TIMEOUT = 15_000;

export default class LockLs extends BaseCommand {
  static override summary = 'list who is changing which cluster';
  static override description =
    'A lock whose process is gone needs no release: the next command takes it over.';
  static override examples = ['<%= config.bin %> lock ls'];

  async run(): Promise<ListedLock[]> {
    const { flags } = await this.parse(LockLs);
    const { listLocks } = await import('../../actions/locks.ts');
    const { renderLocks } = await import('../../ui/render-locks.ts');
    const locks = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, listLocks);
    this.log(renderLocks(locks));
    return locks;
  }
}
