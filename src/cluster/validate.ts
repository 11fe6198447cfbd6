import { isIP } from 'node:net';
import { SwarmctlError } from '../errors.ts';
import { isDnsName } from '../util/dns-name.ts';
import { labelFault, optionFault, optionName } from './engine-rules.ts';
import { hostProblems } from './host-rules.ts';
import { MAX_NAME_LENGTH, MAX_NODES } from './limits.ts';
import { portProblems } from './port-rules.ts';
import { asProblem, type SpecProblem } from './problem.ts';
import type { ClusterSpec } from './spec.ts';

export { optionName } from './engine-rules.ts';
export type { SpecProblem } from './problem.ts';

export const STRATEGIES = ['spread', 'binpack', 'random'];

/** Flags that swarmctl sets itself; a second value would break the cluster's wiring. */
const OWN_MANAGER_OPTIONS =
  /^(H|host|tls|tlsverify|tlscacert|tlscert|tlskey|strategy|replication|advertise|addr|discovery-opt|cluster-driver|c)$/;
const OWN_AGENT_OPTIONS = /^(addr|advertise|discovery-opt)$/;

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/**
 * [registry/]path:tag (distribution/reference, loosely). Images are copied between engines by
 * name, and a name with a digest does not survive `docker save`.
 */
const IMAGE = /^[a-z0-9]+([._:/-]+[a-z0-9]+)*(:\w[\w.-]{0,127})?$/;

/** What the discovery of a spec says of it. */
interface DiscoveryRules {
  /** One sentence per problem with what the spec says of its discovery. */
  readonly problems: (spec: ClusterSpec) => Iterable<string>;
  /** The flag of `create` that names the store's image. */
  readonly imageFlag: string;
  /** Where a deployed store listens when the spec says nothing of it; null when none is deployed. */
  readonly storePort: number | null;
}

/**
 * Fails with every problem of the spec at once, `earlier` ones included. `tell` says them in the words of whoever gave the values.
 */
export function validateSpec(
  spec: ClusterSpec,
  discovery: DiscoveryRules,
  earlier: readonly SpecProblem[] = [],
  tell = (problems: readonly SpecProblem[]) => problems.map(({ sentence }) => sentence),
): void {
  const problems = tell([...earlier, ...problemsOf(spec, discovery)]);
  if (problems.length === 0) return;
  throw new SwarmctlError('USAGE', problems.join('\n'), {
    suggestions: ['swarmctl create --help'],
  });
}

function* problemsOf(spec: ClusterSpec, discovery: DiscoveryRules): Generator<SpecProblem> {
  for (const sentence of nameProblems(spec.name)) yield { setting: 'name', sentence };
  for (const sentence of discovery.problems(spec)) yield { setting: 'discovery', sentence };
  yield* [...flagProblems(spec, discovery)].map(asProblem);
  yield* hostProblems(spec);
  yield* optionProblems('swarm-opt', spec.swarm.managerOptions, OWN_MANAGER_OPTIONS);
  yield* optionProblems('swarm-join-opt', spec.swarm.agentOptions, OWN_AGENT_OPTIONS);
  yield* each('engine-opt', spec.engine.options, (option) => optionFault(option));
  yield* engineProblems(spec.engine);
  yield* each('tls-san', spec.tlsSans, (san) =>
    // A zone (`fe80::1%eth0`) means something on one host only.
    (isIP(san) === 0 ? isDnsName(san) : !san.includes('%'))
      ? undefined
      : `"${san}" is neither an IP address nor a DNS name`,
  );
}

/** Of flags with one value: sentences that begin with the flag. */
function* flagProblems(spec: ClusterSpec, discovery: DiscoveryRules): Generator<string> {
  // With hosts it is their number that counts.
  if (!spec.hosts && (!Number.isInteger(spec.nodes) || spec.nodes < 1 || spec.nodes > MAX_NODES)) {
    yield `--nodes ${String(spec.nodes)} must be a whole number from 1 to ${String(MAX_NODES)}`;
  }
  for (const [flag, image] of [
    ['node-image', spec.images.node],
    ['swarm-image', spec.images.swarm],
    [discovery.imageFlag, spec.images.store],
  ] as const) {
    if (image !== null && !IMAGE.test(image))
      yield `--${flag} "${image}" is not an image name such as registry.example.org/name:tag`;
  }
  if (!STRATEGIES.includes(spec.swarm.strategy)) {
    yield `--swarm-strategy "${spec.swarm.strategy}" is unknown; known: ${STRATEGIES.join(', ')}`;
  }
  const { install } = spec.engine;
  if (!/^(packages|never|https?:\/\/[^\s/@]+\S*)$/.test(install)) {
    yield '--engine-install-url must be a URL such as https://get.example.org/docker.sh';
  }
  yield* portProblems(spec, discovery.storePort);
}

/** Whether a cluster can have this name. */
export function isClusterName(name: string): boolean {
  return nameProblems(name).next().done === true;
}

/** Problems of a cluster's name; it becomes part of host names. */
export function* nameProblems(name: string): Generator<string> {
  if (!NAME.test(name)) {
    yield `name "${name}" must consist of a-z, 0-9 and "-", and neither begin nor end with "-"`;
  } else if (name.length > MAX_NAME_LENGTH) {
    yield `name "${name}" has ${String(name.length)} characters; at most ${String(MAX_NAME_LENGTH)} fit into a host name`;
  }
}

/** Of a flag with several values: what is wrong with each, to follow the flag. */
function* each(
  setting: string,
  values: readonly string[],
  fault: (value: string) => string | undefined,
): Generator<SpecProblem> {
  for (const [index, value] of values.entries()) {
    const found = fault(value);
    if (found !== undefined) yield { setting, index, sentence: `--${setting} ${found}` };
  }
}

function optionProblems(flag: string, options: readonly string[], own: RegExp) {
  return each(flag, options, (option) => optionFault(option, own));
}

function* engineProblems(engine: ClusterSpec['engine']): Generator<SpecProblem> {
  yield* each('engine-label', engine.labels, labelFault);
  yield* each('engine-env', engine.environment, (entry) =>
    !/^[A-Za-z_]\w*=/.test(entry) || /[\n\0]/.test(entry)
      ? `"${optionName(entry)}" must look like NAME=VALUE`
      : undefined,
  );
  yield* each('engine-registry-mirror', engine.registryMirrors, (mirror) =>
    /^https?:\/\/[^\s/@]+\/?$/.test(mirror)
      ? undefined
      : `"${mirror}" must be a URL such as https://mirror.example.org`,
  );
  yield* each('engine-insecure-registry', engine.insecureRegistries, (registry) =>
    /^[\w.:[\]-]+(\/\d+)?$/.test(registry)
      ? undefined
      : `"${registry}" must be HOST[:PORT] or a CIDR`,
  );
}
