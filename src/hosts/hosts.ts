import type { Host } from '../cluster/record.ts';

/** What the hosts of one kind let be done with them besides talking to their engines. */
export interface Hosts {
  /** Why a host's engine does not run, in its own words; undefined while it does or cannot be known. */
  whyStopped(host: Host, signal: AbortSignal): Promise<string | undefined>;
  /** Asks from `from` whether `to`'s engine can be reached; rejects with the reason when it cannot. */
  reach(from: Host, to: Host, signal: AbortSignal): Promise<void>;
  /** The texts of the files in a folder that a host or its services hold, by name. */
  read(host: Host, folder: string, signal: AbortSignal): Promise<Map<string, string>>;
}

/** Asks the hosts of each kind through what knows that kind. */
export function hostsOf(kindOf: (host: Host) => Hosts): Hosts {
  return {
    whyStopped: (host, signal) => kindOf(host).whyStopped(host, signal),
    reach: (from, to, signal) => kindOf(from).reach(from, to, signal),
    read: (host, folder, signal) => kindOf(host).read(host, folder, signal),
  };
}
