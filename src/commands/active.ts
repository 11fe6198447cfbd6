import { BaseCommand } from '../shell/base-command.ts';

const TIMEOUT = 15_000;

interface ActiveResult {
  readonly cluster: string;
  /** Null when it is the manager that docker talks to. */
  readonly host: string | null;
  readonly url: string;
  /** What chooses that: DOCKER_HOST or a docker context. */
  readonly source: string;
}

export default class Active extends BaseCommand {
  static override summary = 'print which cluster or host docker talks to';
  static override description =
    'By DOCKER_HOST or, where that is not set, by the current context of docker. Exits with 1 when it ' +
    'is none of ours.';
  static override examples = ['<%= config.bin %> active'];

  async run(): Promise<ActiveResult> {
    const { flags } = await this.parse(Active);
    const { activeSubject } = await import('../actions/active-subject.ts');
    const { subject, url, source } = await this.within(
      { ...flags, timeout: TIMEOUT },
      activeSubject,
    );
    const cluster = subject.record.spec.name;
    const host = subject.host?.name ?? null;
    this.log(host ?? cluster);
    return { cluster, host, url, source };
  }
}
