import { namedHosts } from './lay-out.ts';
import { isLocal, masterOf, type ClusterRecord } from './record.ts';
import { differences, publicSpec, type ClusterSpec, type Difference } from './spec.ts';

/** A difference between a cluster and what is asked for, and why it cannot be applied to what is there. */
export interface Change extends Difference {
  /** Undefined when it can be. */
  readonly refused: string | undefined;
}

type Judge = (was: ClusterRecord, wanted: ClusterSpec) => string | undefined;

const IN_PLACE: Judge = () => undefined;
const never =
  (reason: string): Judge =>
  () =>
    reason;

/** What becomes of each setting, or group of settings, of a cluster that exists. */
const RULES: Readonly<Record<string, Judge>> = {
  name: never('it is the name of everything that the cluster has'),
  discovery: never('manager and agents would lose each other on the way to another store'),
  discoveryToken: never('manager and agents would lose each other on the way to another list'),
  discoveryTls: never('every container that reaches the store holds it'),
  nodes: IN_PLACE,
  hosts: hostsFault,
  insecure: never('engines, manager and clients would have to change at the same moment'),
  localAddress: never('local hosts are known to the others by it'),
  'ports.engine': never('nodes are known to the manager by it'),
  'ports.manager': IN_PLACE,
  'ports.store': never('manager and agents know the store by it'),
  scheduleOnMaster: IN_PLACE,
  'images.node': never('another engine may not read what the hosts have stored'),
  'images.swarm': IN_PLACE,
  'images.store': never('the store holds the list of the nodes'),
  swarm: IN_PLACE,
  engine: IN_PLACE,
  ttl: IN_PLACE,
  tlsSans: ({ spec }) =>
    spec.hosts?.some(({ tls }) => tls !== null)
      ? 'the manager has a certificate of the CA of the engines at tcp://'
      : undefined,
};

/** Every difference between a cluster and the spec that is asked for. */
export function changesOf(was: ClusterRecord, wanted: ClusterSpec): Change[] {
  return differences(was.spec, publicSpec(wanted)).map((difference) => ({
    ...difference,
    refused: ruleOf(difference.setting)(was, publicSpec(wanted)),
  }));
}

/** The rule of a dotted path, or of the closest group that has one. */
function ruleOf(setting: string): Judge {
  const rule = RULES[setting];
  if (rule) return rule;
  const end = setting.lastIndexOf('.');
  return end < 0 ? never('nobody knows what that would take') : ruleOf(setting.slice(0, end));
}

function hostsFault(was: ClusterRecord, wanted: ClusterSpec): string | undefined {
  const reasons = [...hostFaults(was, wanted)];
  return reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ');
}

function* hostFaults(was: ClusterRecord, wanted: ClusterSpec): Generator<string> {
  const before = new Map(namedHosts(was.spec, was.hosts).map(({ name, host }) => [name, host]));
  const hosts = namedHosts(wanted, was.hosts);
  const { name: master, url } = masterOf(was);
  if (!hosts.some(({ name, host }) => name === master && host.url === url)) {
    yield `the master, ${url}, has manager and store and cannot become another host`;
    return;
  }
  const kinds = (list: readonly { readonly url: string }[]) =>
    JSON.stringify([list.some(isLocal), list.some((each) => !isLocal(each))]);
  if (kinds(was.hosts) !== kinds(hosts.map(({ host }) => host))) {
    yield 'local hosts are known by other addresses when there are others beside them';
  }
  for (const { name, host } of hosts) {
    const old = before.get(name);
    if (!old) {
      if (host.url.startsWith('tcp://') && host.tls) {
        yield `${host.url} has certificates of its own, which the manager would have to know`;
      }
      continue;
    }
    if (old.address !== host.address || old.advertise !== host.advertise) {
      yield `${name} is known to the others by its address`;
    }
    if (JSON.stringify(old.tls) !== JSON.stringify(host.tls)) {
      yield `the certificates of ${name} are known to the manager`;
    }
  }
}
