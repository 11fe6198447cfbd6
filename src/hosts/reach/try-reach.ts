import { readTemplate } from '../../util/template.ts';
import { outcomeOf, REACH_DEADLINE, type Reach, type Target } from './target.ts';

/** Runs a command on a host and returns what became of it, whatever its exit code. */
export type RunOnHost = (
  command: string[],
  stdin: string,
  signal: AbortSignal,
) => Promise<{
  readonly exitCode: number;
  readonly stdout: string | Buffer;
  readonly stderr: string;
}>;

/**
 * Tries from a host to reach others, all at once, with what any Linux server has. Rejects when the
 * command cannot be run there.
 */
export async function tryReach(
  run: RunOnHost,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Reach[]> {
  if (targets.length === 0) return [];
  const script = await readTemplate('reach/reach.sh');
  const values = targets.flatMap(({ host, port }) => [host, String(port)]);
  const seconds = String(REACH_DEADLINE / 1000);
  const { stdout, stderr } = await run(
    ['sh', '-c', script, 'reach', seconds, ...values],
    '',
    signal,
  );
  return readReach(targets, stdout.toString(), stderr);
}

/** Reads what reach.sh wrote: of each target a line `reach INDEX EXIT WORDS`. */
export function readReach(targets: readonly Target[], stdout: string, stderr: string): Reach[] {
  const lines = new Map(
    // A login shell may write something of its own.
    [...stdout.matchAll(/^reach (\d+) (\d+) ?(.*)$/gm)].map(([, index, exit, words]) => [
      Number(index),
      { exit: Number(exit), words: (words ?? '').trim() },
    ]),
  );
  return targets.map((target, index) => {
    const line = lines.get(index);
    if (line === undefined) return { ...target, outcome: 'unknown', words: stderr.trim() };
    const { exit, words } = line;
    if (exit === 0) return { ...target, outcome: 'open', words: '' };
    if (exit === TIMED_OUT) return { ...target, outcome: 'blocked', words: 'no answer' };
    return { ...target, outcome: outcomeOf(words), words };
  });
}

/** As timeout(1) says it. */
const TIMED_OUT = 124;
