import { exitCodeOf, SwarmctlError, type ErrorCode } from '../errors.ts';
import { INDISPENSABLE } from '../preflight/indispensable.ts';
import { closest } from '../util/closest.ts';
import { checks } from './checks.ts';
import { errors } from './errors.ts';
import type { Explanation } from './explanation.ts';
import { states } from './states.ts';

/** A word that swarmctl prints, with what is to be known of it. */
export interface Topic extends Explanation {
  readonly name: string;
  readonly kind: 'error' | 'check' | 'state';
  /** Of an error: how a command ends with it. */
  readonly exitCode: number | null;
  /** Of a check: whether `--ignore-preflight` takes it. */
  readonly ignorable: boolean | null;
}

export const topics: readonly Topic[] = [
  ...topicsOf(errors, (code) => ({
    ...{ kind: 'error', ignorable: null },
    exitCode: exitCodeOf(code as ErrorCode),
  })),
  ...topicsOf(checks, (name) => ({
    ...{ kind: 'check', exitCode: null },
    ignorable: !INDISPENSABLE.includes(name),
  })),
  ...topicsOf(states, () => ({ kind: 'state', exitCode: null, ignorable: null })),
];

function topicsOf(
  table: Readonly<Record<string, Explanation>>,
  rest: (name: string) => Pick<Topic, 'kind' | 'exitCode' | 'ignorable'>,
): Topic[] {
  return Object.entries(table).map(([name, explanation]) => ({
    ...{ name, ...rest(name) },
    ...explanation,
  }));
}

/** The topic of a word, however it is written. */
export function topicOf(word: string): Topic {
  const found = topics.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  if (found) return found;
  const meant = closest(
    word,
    topics.map(({ name }) => name),
  );
  throw new SwarmctlError(
    'USAGE',
    `nothing is known of "${word}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    { suggestions: ['swarmctl explain   lists all codes, checks and states'] },
  );
}
