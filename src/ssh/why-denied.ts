import { access } from 'node:fs/promises';
import { ask } from './child.ts';
import type { Verdict } from './words.ts';

/**
 * Looks for what ssh does not tell: without a terminal it passes over a key that has a passphrase
 * as if there were none.
 */
export async function whyDenied(verdict: Verdict, keys: readonly string[]): Promise<Verdict> {
  const there = await keep(keys, exists);
  const agent = await ask('ssh-add', ['-l']);
  const inAgent = agent.exitCode === 0 ? agent.stdout : '';
  if (there.length === 0 && inAgent === '') {
    return {
      ...verdict,
      reason: `${verdict.reason}, and there is no key to show: neither in an agent nor in ~/.ssh`,
      suggestions: ['make a key: ssh-keygen', ...verdict.suggestions],
    };
  }
  const locked = await keep(there, (key) => isLocked(key, inAgent));
  if (locked.length === 0) return verdict;
  const names = locked.join(', ');
  const advice = [
    ...(agent.exitCode === 2 ? ['start an agent: eval "$(ssh-agent)"'] : []),
    `give the key to the agent: ssh-add ${locked.join(' ')}`,
  ];
  const alone = locked.length === there.length && inAgent === '';
  return {
    ...verdict,
    reason: alone
      ? `the key ${names} has a passphrase, and no agent holds it`
      : `${verdict.reason}; not shown was ${names}, which has a passphrase and is in no agent`,
    suggestions: alone ? advice : [...verdict.suggestions, ...advice],
  };
}

async function isLocked(key: string, inAgent: string): Promise<boolean> {
  // The passphrase tried is the empty one.
  const opened = await ask('ssh-keygen', ['-y', '-P', '', '-f', key]);
  if (opened.exitCode === 0 || !opened.stderr.includes('incorrect passphrase')) return false;
  const print = await ask('ssh-keygen', ['-l', '-f', key]);
  const [, fingerprint] = print.stdout.split(' ');
  return fingerprint === undefined || !inAgent.includes(fingerprint);
}

async function keep(
  keys: readonly string[],
  test: (key: string) => Promise<boolean>,
): Promise<string[]> {
  const kept = await Promise.all(keys.map(test));
  return keys.filter((_, index) => kept[index]);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
