import { changesOf, type Change } from '../cluster/changes.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { SwarmctlError } from '../errors.ts';
import type { World } from '../steps/world.ts';
import { explainCluster, type PlannedCluster } from './explain-cluster.ts';

/** Who says whether a cluster that exists is changed. */
export interface ConfirmChange {
  /** Whether there is anybody to ask, or the answer was given already. */
  readonly possible: boolean;
  /** Shows what differs and what it takes; returns false or rejects to leave everything as it is. */
  ask(change: PlannedCluster): Promise<boolean>;
}

/** The journal's name for a change of the spec, from before its first step until after its last. */
export const CHANGE = { id: 'change' };

/** What has to change; fails with all that cannot be changed, and then nothing is. */
export function requireChangeable(was: ClusterRecord, wanted: ClusterSpec): Change[] {
  const changes = changesOf(was, wanted);
  if (changes.every(({ refused }) => refused === undefined)) return changes;
  throw differs(wanted.name, changes, [
    'give the options it was created with where it cannot be changed, or another NAME',
    'make it anew with --if-exists replace: what runs on it goes',
  ]);
}

/** Asks whether a cluster is changed; fails unless the answer is yes. */
export async function agreeToChange(
  world: World,
  changes: readonly Change[],
  confirm: ConfirmChange,
  signal: AbortSignal,
): Promise<void> {
  const { name } = world.record.spec;
  if (!confirm.possible) {
    throw differs(name, changes, [
      'apply the change with --yes; swarmctl plan with the same options shows what that does',
      'or give the options it was created with, or another NAME',
    ]);
  }
  if (await confirm.ask(await explainCluster(world, changes, signal))) return;
  throw new SwarmctlError('INTERRUPTED', `cluster ${name} stays as it is; nothing was changed`);
}

function differs(
  name: string,
  changes: readonly Change[],
  suggestions: readonly string[],
): SwarmctlError {
  const lines = changes.map(({ setting, was, wanted, refused }) => {
    const why = refused === undefined ? '' : ` (cannot be changed in place: ${refused})`;
    return `  ${setting}: is ${was}, asked for ${wanted}${why}`;
  });
  return new SwarmctlError(
    'SPEC_DIFFERS',
    [`cluster ${name} exists with another spec; nothing was changed`, ...lines].join('\n'),
    { suggestions },
  );
}
