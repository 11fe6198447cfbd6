import { isIP } from 'node:net';
import { namedHosts, type NamedHost, type Reached } from '../cluster/lay-out.ts';
import { LOCAL } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { parseEndpoint } from '../engine/resolve-endpoint.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { isSsh } from '../hosts/kind.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import { lookAtTcpEngine } from '../hosts/tcp/look.ts';
import { plainProblem } from '../hosts/tcp/plain.ts';
import type { Finding } from '../preflight/check.ts';

/** What was found out about the hosts that are there already. */
export interface Survey {
  /** How each is reached, by name; those that could not be asked are missing. */
  readonly reached: ReadonlyMap<string, Reached>;
  readonly findings: readonly Finding[];
}

/** Asks all hosts that are not local, at once, where they are. */
export async function surveyHosts(
  spec: ClusterSpec,
  servers: Servers,
  signal: AbortSignal,
): Promise<Survey> {
  const remote = namedHosts(spec).filter(({ host }) => host.url !== LOCAL);
  const outcomes = await Promise.all(
    remote.map(async (named): Promise<{ reached?: [string, Reached]; finding?: Finding }> => {
      try {
        return { reached: [named.name, await locate(named, spec, servers, signal)] };
      } catch (error) {
        return { finding: findingOf(named, error) };
      }
    }),
  );
  return {
    reached: new Map(outcomes.flatMap(({ reached }) => (reached ? [reached] : []))),
    findings: outcomes.flatMap(({ finding }) => finding ?? []),
  };
}

async function locate(
  { host }: NamedHost,
  spec: ClusterSpec,
  servers: Servers,
  signal: AbortSignal,
): Promise<Reached> {
  if (!isSsh(host)) {
    const endpoint = parseEndpoint(host.url, host.tls ?? undefined);
    if (endpoint.kind !== 'tcp') throw new Error(`${host.url} is no address of an engine`);
    if (!host.tls && !spec.insecure) throw plain(host.url);
    await lookAtTcpEngine(endpoint, signal);
    const advertise = host.advertise ?? endpoint.host;
    return { advertise, address: host.address ?? endpoint.host, enginePort: endpoint.port };
  }
  const [{ place }, facts] = await Promise.all([
    servers.connection(host.url),
    servers.facts(host.url),
  ]);
  const advertise = host.advertise ?? facts.sshAddress;
  if (isOfOneMachine(advertise)) {
    throw new SwarmctlError(
      'PREFLIGHT',
      `ssh arrives at ${advertise}, by which the other hosts cannot reach it`,
      {
        suggestions: [
          `set its advertise address in the cluster file: ${facts.addresses.join(' or ')}`,
        ],
      },
    );
  }
  return { advertise, address: host.address ?? place.hostname, enginePort: spec.ports.engine };
}

function plain(url: string): SwarmctlError {
  const { problem, fix } = plainProblem(url);
  return new SwarmctlError('PREFLIGHT', problem, { suggestions: [fix] });
}

/** Loopback and link-local addresses. */
function isOfOneMachine(address: string): boolean {
  return /^(127\.|169\.254\.|::1$|fe80:)/i.test(address) && isIP(address) !== 0;
}

function findingOf({ name, host }: NamedHost, error: unknown): Finding {
  const suggestions = error instanceof SwarmctlError ? error.suggestions : [];
  return {
    check: isSsh(host) ? 'ssh' : 'engine',
    level: 'error',
    host: name,
    problem: reasonOf(error),
    fix: suggestions.join('; ') || 'see the reason',
  };
}
