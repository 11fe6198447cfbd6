/** Something about engines at `tcp://`, asked before the first change. */
export interface TcpProblem {
  /** An error stops the command; a warning is told. */
  readonly level: 'error' | 'warning';
  /** A sentence, in which the hosts are named. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
  /** When it is about one host alone. */
  readonly host?: string;
}
