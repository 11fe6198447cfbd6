import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface FlagDefinition {
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly helpValue?: string;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly hidden?: boolean;
}

export interface CommandDefinition {
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly strict?: boolean;
  readonly args: Readonly<
    Record<string, { readonly options?: readonly string[]; readonly multiple?: boolean }>
  >;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
}

/** Where completions come from: what the program and this machine know without asking anybody. */
export interface Known {
  /** By oclif's IDs. */
  readonly commands: Readonly<Record<string, CommandDefinition>>;
  readonly clusters: () => readonly { readonly name: string; readonly hosts: readonly string[] }[];
  /** Clusters that are locked. */
  readonly locked: () => readonly string[];
}

/** Reads oclif.manifest.json, and swarmctl's folder when it is asked for. */
export function readKnown(manifest: string, home: string): Known {
  const { commands } = JSON.parse(readFileSync(manifest, 'utf8')) as Known;
  return {
    commands,
    clusters: () =>
      namesIn(path.join(home, 'clusters')).map((name) => ({
        name,
        hosts: hostsOf(path.join(home, 'clusters', name, 'cluster.json')),
      })),
    locked: () => namesIn(path.join(home, 'locks')),
  };
}

/** Names that a cluster can have: neither temporary files nor the lock of the layout. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[a-z0-9-]+$/.test(name));
  } catch {
    return [];
  }
}

/** Names of hosts; none where the record cannot be read. */
function hostsOf(file: string): string[] {
  try {
    const { cluster } = JSON.parse(readFileSync(file, 'utf8')) as {
      cluster: { hosts: { name: string }[] };
    };
    return cluster.hosts.map(({ name }) => name);
  } catch {
    return [];
  }
}
