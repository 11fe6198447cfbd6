import type { ClusterRecord } from '../cluster/record.ts';
import type { Progress } from '../plan/progress.ts';
import type { StateHome } from '../state/home.ts';

/** What every use case is given from outside; composed once, by the command. */
export interface ActionContext {
  readonly home: StateHome;
  readonly env: NodeJS.ProcessEnv;
  readonly userHome: string;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, and when `--timeout` is over. */
  readonly signal: AbortSignal;
  /** Milliseconds left of `--timeout`. */
  readonly remaining: () => number;
  readonly progress: Progress;
  readonly warn: (sentence: string) => void;
  /** Something to know that is no problem. */
  readonly note: (sentence: string) => void;
  /** Told which bundle was written of a failure, or why none; when left out, none is. */
  readonly onEvidence?:
    ((outcome: { readonly file: string } | { readonly problem: string }) => void) | undefined;
  /** Where else to look for clusters that this machine's state does not hold. */
  readonly lookAt: { readonly urls: readonly string[]; readonly ssh: ClusterRecord['ssh'] };
  /** Whether a person can be asked for a passphrase. */
  readonly interactive: boolean;
}
