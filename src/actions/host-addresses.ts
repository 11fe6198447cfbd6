import { isLocal, masterOf } from '../cluster/record.ts';
import type { ActionContext } from './context.ts';
import { findSubjects, type Subject } from './find-subject.ts';

export interface HostAddress {
  /** The cluster or host that was asked for. */
  readonly name: string;
  /** Without brackets, whatever its kind. */
  readonly address: string;
}

/** The addresses of hosts, in the order in which they are named; without a name the only cluster's. */
export async function hostAddresses(
  words: readonly string[],
  context: ActionContext,
): Promise<HostAddress[]> {
  return (await findSubjects(words, context)).map((subject) => ({
    name: (subject.host ?? subject.record.spec).name,
    address: addressOf(subject),
  }));
}

/**
 * Where the ports of containers on a host are, or on the master where the whole cluster is meant. Of a
 * local host that is the cluster's network: on the loopback address are no ports but swarmctl's own.
 */
function addressOf({ record, host = masterOf(record) }: Subject): string {
  return isLocal(host) ? host.address : host.reach.host;
}
