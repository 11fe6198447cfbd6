/** What was being done when it failed. */
export type Stage = 'connect' | 'answer';

/** A reason as the end of "cannot use the engine at URL: …", and what to try. */
export interface Reason {
  readonly reason: string;
  readonly suggestions: readonly string[];
}
