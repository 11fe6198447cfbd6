/** What is to be known of a word that swarmctl prints. */
export interface Explanation {
  /** What it means, in one sentence. */
  readonly summary: string;
  /** Why it comes about, or why it matters. */
  readonly cause: string;
  /** What to do, the likeliest first. */
  readonly cure: readonly string[];
}
