import { isIP } from 'node:net';
import type { NamedHost, Reached } from '../cluster/lay-out.ts';
import { LOCAL } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { Engine } from '../engine/engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { parseEndpoint } from '../engine/resolve-endpoint.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { isSsh } from '../hosts/kind.ts';
import { CLAIM, clusterOf } from '../hosts/labels.ts';
import type { ServerFacts } from '../hosts/ssh/facts.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import { lookAtTcpEngine } from '../hosts/tcp/look.ts';
import { plainProblem } from '../hosts/tcp/plain.ts';
import type { Finding } from '../preflight/check.ts';
import type { SeenEngine, SeenHost } from '../preflight/remote/seen.ts';

/** What was found out about the hosts that are there already. */
export interface Survey {
  /** Those that could be asked. */
  readonly hosts: readonly SeenHost[];
  readonly findings: readonly Finding[];
}

/** Asks all of these hosts that are not local, at once, what and where they are. */
export async function surveyHosts(
  hosts: readonly NamedHost[],
  spec: ClusterSpec,
  servers: Servers,
  signal: AbortSignal,
): Promise<Survey> {
  const remote = hosts.filter(({ host }) => host.url !== LOCAL);
  const outcomes = await Promise.all(
    remote.map(async (named): Promise<{ seen?: SeenHost; finding?: Finding }> => {
      try {
        return {
          seen: isSsh(named.host)
            ? await lookAtServer(named, spec, servers, signal)
            : await lookAtEngine(named, spec, signal),
        };
      } catch (error) {
        signal.throwIfAborted();
        return { finding: findingOf(named, error) };
      }
    }),
  );
  return {
    hosts: outcomes.flatMap(({ seen }) => seen ?? []),
    findings: outcomes.flatMap(({ finding }) => finding ?? []),
  };
}

async function lookAtEngine(
  { name, host }: NamedHost,
  spec: ClusterSpec,
  signal: AbortSignal,
): Promise<SeenHost> {
  const endpoint = parseEndpoint(host.url, host.tls ?? undefined);
  if (endpoint.kind !== 'tcp') throw new Error(`${host.url} is no address of an engine`);
  if (!host.tls && !spec.insecure) throw refused(plainProblem(host.url));
  const asked = Date.now();
  const facts = await lookAtTcpEngine(endpoint, signal);
  const answered = Date.now();
  const engine = new Engine(endpoint);
  try {
    return {
      name,
      host,
      reached: {
        advertise: host.advertise ?? endpoint.host,
        address: host.address ?? endpoint.host,
        enginePort: endpoint.port,
      },
      facts: undefined,
      engine: { ...facts, claim: await claimOf(engine, signal) },
      ahead: aheadBy(facts.clock, asked, answered),
    };
  } finally {
    engine.close();
  }
}

async function lookAtServer(
  { name, host }: NamedHost,
  spec: ClusterSpec,
  servers: Servers,
  signal: AbortSignal,
): Promise<SeenHost> {
  const { place } = await servers.connection(host.url);
  const asked = Date.now();
  const facts = await servers.facts(host.url);
  const ahead = aheadBy(facts.clock, asked, Date.now());
  const advertise = host.advertise ?? facts.sshAddress;
  if (isOfOneMachine(advertise)) {
    throw refused({
      problem: `ssh arrives at ${advertise}, by which the other hosts cannot reach it`,
      fix: `set its advertise address in the cluster file: ${facts.addresses.join(' or ')}`,
    });
  }
  const reached: Reached = {
    advertise,
    address: host.address ?? place.hostname,
    enginePort: spec.ports.engine,
  };
  return {
    name,
    host,
    reached,
    facts,
    engine: await engineOf(host.url, facts, servers, signal),
    ahead,
  };
}

/** One that does not run yet is started by what prepares it. */
async function engineOf(
  url: string,
  { docker, root }: ServerFacts,
  servers: Servers,
  signal: AbortSignal,
): Promise<SeenEngine | undefined> {
  if (docker?.engine) {
    return { ...docker.engine, claim: await claimOf(await servers.engine(url), signal) };
  }
  // Who may not be root is told that first.
  if (!docker?.active || typeof root === 'object') return undefined;
  throw docker.whySilent ?? new Error('its engine does not answer');
}

async function claimOf(engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  const claim = await engine.findVolume(CLAIM, signal);
  return claim && clusterOf(claim.Labels);
}

/** Milliseconds by which a clock is ahead of ours, which showed these times around the question. */
function aheadBy(seconds: number, asked: number, answered: number): number {
  const theirs = seconds * 1000;
  if (theirs > answered) return theirs - answered;
  return Math.min(0, theirs - asked);
}

function refused({ problem, fix }: { problem: string; fix: string }): SwarmctlError {
  return new SwarmctlError('PREFLIGHT', problem, { suggestions: [fix] });
}

/** Loopback and link-local addresses. */
function isOfOneMachine(address: string): boolean {
  return /^(127\.|169\.254\.|::1$|fe80:)/i.test(address) && isIP(address) !== 0;
}

function findingOf({ name, host }: NamedHost, error: unknown): Finding {
  const known = error instanceof SwarmctlError ? error : undefined;
  const isOfEngine = error instanceof EngineError || known?.code === 'ENGINE_UNREACHABLE';
  const suggestions = known?.suggestions ?? [];
  return {
    check: isSsh(host) && !isOfEngine ? 'ssh' : 'engine',
    level: 'error',
    host: name,
    problem: reasonOf(error),
    fix: suggestions.join('; ') || 'see the reason',
  };
}
