import { addressFault } from './address-rules.ts';
import { labelFault, optionFault } from './engine-rules.ts';
import { MAX_NODES } from './limits.ts';
import type { SpecProblem } from './problem.ts';
import type { ClusterSpec, HostSpec } from './spec.ts';

/** What is wrong with the hosts of a spec, those whose URL could not be read (`''`) included. */
export function* hostProblems(spec: ClusterSpec): Generator<SpecProblem> {
  const { hosts, localAddress } = spec;
  const fault = localAddress === null ? undefined : addressFault(localAddress);
  if (fault !== undefined) {
    yield { setting: 'local-address', sentence: `--local-address ${fault}` };
  }
  if (!hosts) return;
  if (spec.insecure) yield* insecureProblems(hosts);
  yield* countProblems(hosts.length, spec.scheduleOnMaster);
  for (const [index, host] of hosts.entries()) {
    yield* repeated(hosts, host, index);
    yield* partProblems(host, index);
  }
}

/** Swarm's manager speaks to all engines in one way. */
function* insecureProblems(hosts: readonly HostSpec[]): Generator<SpecProblem> {
  const safe = hosts.filter(({ url, tls }) => url !== '' && (!url.startsWith('tcp://') || tls));
  if (safe.length === 0) return;
  const urls = safe.map(({ url }) => url).join(', ');
  const sentence = `--insecure is for clusters of engines at tcp:// without TLS alone, and these would have it: ${urls}`;
  yield { setting: 'insecure', sentence };
}

function* countProblems(count: number, masterIsNode: boolean): Generator<SpecProblem> {
  const setting = 'host';
  if (count === 1 && !masterIsNode) {
    const sentence =
      '--host names the master alone: name one more at least, or add --schedule-on-master';
    yield { setting, sentence };
  }
  if (count > MAX_NODES + 1) {
    const sentence = `--host names ${count} hosts; a cluster has ${MAX_NODES} nodes besides the master at most`;
    yield { setting, sentence };
  }
}

/** Local hosts are made one by one, and any other is there once. */
function* repeated(
  hosts: readonly HostSpec[],
  { url }: HostSpec,
  index: number,
): Generator<SpecProblem> {
  if (url === '' || url === 'local') return;
  if (hosts.findIndex((other) => other.url === url) === index) return;
  yield { setting: 'host', index, sentence: `--host ${url} is there twice` };
}

/** Of what a cluster file alone can say. */
function* partProblems(host: HostSpec, index: number): Generator<SpecProblem> {
  const at = (key: string, fault: string | undefined, item?: number): SpecProblem[] =>
    fault === undefined
      ? []
      : [
          {
            setting: 'host',
            index,
            within: { key, ...(item !== undefined && { index: item }) },
            sentence: `hosts[${index}].${key} ${fault}`,
          },
        ];
  for (const key of ['address', 'advertise'] as const) {
    const address = host[key];
    if (address === null) continue;
    yield* at(
      key,
      host.url === 'local'
        ? 'is not for local hosts: all of them have --local-address'
        : addressFault(address),
    );
  }
  const rules = [
    ['engine.labels', host.labels, labelFault],
    ['engine.options', host.options, (option: string) => optionFault(option)],
  ] as const;
  for (const [key, values, faultOf] of rules) {
    if (host.url.startsWith('tcp://') && values.length > 0) {
      yield* at(key, 'cannot be set: an engine at tcp:// is used as it is');
      continue;
    }
    for (const [item, value] of values.entries()) yield* at(key, faultOf(value), item);
  }
}
