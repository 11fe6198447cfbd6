import { isIP } from 'node:net';
import { SwarmctlError } from '../errors.ts';
import { isDnsName } from '../util/dns-name.ts';
import { MAX_NAME_LENGTH, MAX_NODES } from './limits.ts';
import type { ClusterSpec } from './spec.ts';

const STRATEGIES = ['spread', 'binpack', 'random'];

/** Flags that swarmctl sets itself; a second value would break the cluster's wiring. */
const OWN_ENGINE_OPTIONS =
  /^(H|host|tls|tlsverify|tlscacert|tlscert|tlskey|label|data-root|exec-root|pidfile|config-file)$/;
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
}

/** Fails with every problem of the spec at once, `earlier` ones included. */
export function validateSpec(
  spec: ClusterSpec,
  discovery: DiscoveryRules,
  earlier: readonly string[] = [],
): void {
  const problems = [...earlier, ...problemsOf(spec, discovery)];
  if (problems.length === 0) return;
  throw new SwarmctlError('USAGE', problems.join('\n'), {
    suggestions: ['swarmctl create --help'],
  });
}

/** One sentence per problem, each naming the value and the rule. */
function* problemsOf(spec: ClusterSpec, discovery: DiscoveryRules): Generator<string> {
  yield* nameProblems(spec.name);
  yield* discovery.problems(spec);
  if (!Number.isInteger(spec.nodes) || spec.nodes < 1 || spec.nodes > MAX_NODES) {
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
  yield* optionProblems('swarm-opt', spec.swarm.managerOptions, OWN_MANAGER_OPTIONS);
  yield* optionProblems('swarm-join-opt', spec.swarm.agentOptions, OWN_AGENT_OPTIONS);
  yield* optionProblems('engine-opt', spec.engine.options, OWN_ENGINE_OPTIONS);
  yield* engineProblems(spec.engine);
  for (const san of spec.tlsSans) {
    // A zone (`fe80::1%eth0`) means something on one host only.
    if (isIP(san) === 0 ? !isDnsName(san) : san.includes('%')) {
      yield `--tls-san "${san}" is neither an IP address nor a DNS name`;
    }
  }
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

function* optionProblems(flag: string, options: readonly string[], own: RegExp): Generator<string> {
  for (const option of options) {
    const name = optionName(option);
    if (!/^[a-zA-Z][\w-]*$/.test(name)) {
      yield `--${flag} "${option}" must look like name=value`;
    } else if (own.test(name)) {
      yield `--${flag} "${option}": swarmctl sets --${name} itself`;
    }
  }
}

function* engineProblems(engine: ClusterSpec['engine']): Generator<string> {
  for (const label of engine.labels) {
    if (!/^[^=\s,]+=[^,]*$/.test(label)) {
      yield `--engine-label "${label}" must look like name=value (swarm refuses an engine whose label has no "=")`;
    } else if (label.startsWith('node=')) {
      yield `--engine-label "${label}": swarm keeps the label "node" for itself`;
    }
  }
  for (const entry of engine.environment) {
    if (!/^[A-Za-z_]\w*=/.test(entry) || /[\n\0]/.test(entry)) {
      yield `--engine-env "${optionName(entry)}" must look like NAME=VALUE`;
    }
  }
  for (const mirror of engine.registryMirrors) {
    if (!/^https?:\/\/[^\s/@]+\/?$/.test(mirror)) {
      yield `--engine-registry-mirror "${mirror}" must be a URL such as https://mirror.example.org`;
    }
  }
  for (const registry of engine.insecureRegistries) {
    if (!/^[\w.:[\]-]+(\/\d+)?$/.test(registry)) {
      yield `--engine-insecure-registry "${registry}" must be HOST[:PORT] or a CIDR`;
    }
  }
}

/** `heartbeat` of `heartbeat=5s` or `--heartbeat=5s`. */
export function optionName(option: string): string {
  return option.replace(/^--?/, '').split('=')[0] ?? '';
}
