/** Milliseconds that count at most between two looks at the clock. */
const LONGEST_STEP = 2000;

/**
 * Milliseconds during which the service could be reached: a monotonic clock, so that a corrected
 * wall clock expires nobody, that hardly moves while the process is frozen (`docker pause`, SIGSTOP,
 * a suspended machine). Agents could not register meanwhile; to count that time against them would
 * make the manager take the whole cluster for dead. It must be looked at more often than every 2 s.
 */
export function serviceClock(monotonic = () => performance.now()): () => number {
  let seen = monotonic();
  let lived = 0;
  return () => {
    const now = monotonic();
    lived += Math.min(Math.max(now - seen, 0), LONGEST_STEP);
    seen = now;
    return lived;
  };
}
