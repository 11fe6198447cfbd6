import { homedir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../util/package-root.ts';
import { leftAlone, splitLine } from './bash-line.ts';
import type { Candidate, Candidates } from './candidates.ts';
import { complete } from './complete.ts';
import { readKnown } from './known.ts';

/**
 * `swarmctl __complete SHELL …`, which the scripts of templates/completion call at every TAB: the first
 * line says how to take the rest, a candidate each.
 */
export function answer(argv: readonly string[], env: NodeJS.ProcessEnv): string {
  const [shell, ...given] = argv;
  const [line = '', wordBreaks = ''] = given;
  const words = (shell === 'bash' ? splitLine(line) : given).slice(1);
  const home = env.SWARMCTL_HOME || path.join(homedir(), '.swarmctl');
  const known = readKnown(path.join(packageRoot(), 'oclif.manifest.json'), home);
  const candidates = complete(words, known);
  const left = shell === 'bash' ? leftAlone(words.at(-1) ?? '', wordBreaks).length : 0;
  const say = { bash: ({ value }: Candidate) => value.slice(left), zsh: forZsh }[shell ?? ''];
  return [howToTake(candidates), ...candidates.all.map(say ?? forFish)].join('\n');
}

function howToTake({ paths, open }: Candidates): string {
  return `${paths === 'none' ? 'words' : paths}${open ? ' open' : ''}`;
}

function forZsh({ value, description }: Candidate): string {
  const name = value.replaceAll(/[\\:]/g, '\\$&');
  return description === '' ? name : `${name}:${description}`;
}

function forFish({ value, description }: Candidate): string {
  return description === '' ? value : `${value}\t${description}`;
}
