import type { ContainerState } from '../engine/types.ts';
import { formatAge } from './sizes.ts';

/** The word `--filter status=` compares with. */
export function stateWord(state: ContainerState): string {
  if (state.Running) {
    if (state.Paused) return 'paused';
    return state.Restarting ? 'restarting' : 'running';
  }
  if (state.Dead) return 'dead';
  return isZeroTime(state.StartedAt) ? 'created' : 'exited';
}

/** The status column, written afresh because the one the engine sent has aged since. */
export function stateSentence(state: ContainerState, now = Date.now()): string {
  const up = () => formatAge(now - Date.parse(state.StartedAt));
  const down = () => formatAge(now - Date.parse(state.FinishedAt));
  switch (stateWord(state)) {
    case 'paused':
      return `Up ${up()} (Paused)`;
    case 'restarting':
      return `Restarting (${state.ExitCode}) ${down()} ago`;
    case 'running':
      return `Up ${up()}${healthSuffix(state)}`;
    case 'dead':
      return 'Dead';
    case 'created':
      return 'Created';
    default:
      return isZeroTime(state.FinishedAt) ? '' : `Exited (${state.ExitCode}) ${down()} ago`;
  }
}

export function healthWord(state: ContainerState): string {
  return state.Health?.Status ?? 'none';
}

function healthSuffix(state: ContainerState): string {
  const health = state.Health?.Status ?? '';
  if (health === '') return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}

function isZeroTime(time: string): boolean {
  return time === '' || time.startsWith('0001-01-01');
}
