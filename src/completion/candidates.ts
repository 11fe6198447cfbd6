import { topics } from '../guidance/topics.ts';
import type { Kind, Meaning } from './kinds.ts';
import type { Known } from './known.ts';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Candidates {
  /** Whether files or folders of this machine would do as well. */
  readonly paths: 'none' | 'files' | 'folders';
  /** Whether the word goes on behind it. */
  readonly open: boolean;
  readonly all: readonly Candidate[];
}

/** Lists whose home is in rooms that are too heavy for a key press; a test compares them. */
export const DISCOVERIES = ['zk', 'etcd', 'token', 'nodes', 'file'];
export const STRATEGIES = ['spread', 'binpack', 'random'];
export const SHELLS = ['bash', 'zsh', 'sh', 'fish', 'powershell', 'cmd', 'tcsh', 'emacs'];

/** What a word may be that has begun with `typed`. `cluster` is the one that a flag names. */
export function candidatesFor(
  meaning: Meaning,
  typed: string,
  cluster: string | undefined,
  known: Known,
): Candidates {
  if (typeof meaning !== 'string') return closed(meaning);
  return ofKind(meaning, typed, cluster, known);
}

function ofKind(kind: Kind, typed: string, cluster: string | undefined, known: Known): Candidates {
  switch (kind) {
    case 'cluster':
      return { ...none, all: clusters(known) };
    case 'host':
      return { ...none, all: hosts(known, cluster) };
    case 'subject':
      return { ...none, all: [...clusters(known), ...hosts(known, cluster)] };
    case 'locked':
      return closed(known.locked());
    case 'copy': {
      // What is behind the colon is on the host.
      if (typed.includes(':')) return none;
      const all = hosts(known, cluster).map((host) => ({ ...host, value: `${host.value}:` }));
      return { paths: 'files', open: true, all };
    }
    case 'checks':
      return { ...none, open: true, all: listed(typed) };
    case 'topic':
      return {
        ...none,
        all: topics.map(({ name, summary }) => ({ value: name, description: summary })),
      };
    case 'discovery':
      return closed(DISCOVERIES);
    case 'strategy':
      return closed(STRATEGIES);
    case 'shell':
      return closed(SHELLS);
    case 'file':
      return { ...none, paths: 'files' };
    case 'folder':
      return { ...none, paths: 'folders' };
    case 'nothing':
      return none;
  }
}

const none: Candidates = { paths: 'none', open: false, all: [] };

function closed(values: readonly string[]): Candidates {
  return { ...none, all: values.map((value) => ({ value, description: '' })) };
}

function clusters(known: Known): Candidate[] {
  return known.clusters().map(({ name, hosts }) => ({
    value: name,
    description: `cluster of ${String(hosts.length)} hosts`,
  }));
}

function hosts(known: Known, cluster: string | undefined): Candidate[] {
  return known
    .clusters()
    .filter(({ name }) => cluster === undefined || name === cluster)
    .flatMap(({ name, hosts: names }) =>
      names.map((host) => ({ value: host, description: `host of ${name}` })),
    );
}

/** Further checks behind those that are listed already. */
function listed(typed: string): Candidate[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  const chosen = before.split(',');
  return topics
    .filter(({ name, ignorable }) => ignorable === true && !chosen.includes(name))
    .map(({ name, summary }) => ({ value: before + name, description: summary }));
}
