import type { EngineEndpoint } from '../../engine/endpoint.ts';
import { Engine } from '../../engine/engine.ts';
import { peerCertificate } from '../../engine/peer-certificate.ts';
import { inspectCertificate } from '../../pki/inspect.ts';
import { firstOf, limited } from '../../util/abort.ts';
import { explain, notAnEngine } from './explain.ts';
import { reach } from './reach.ts';
import type { Stage } from './reason.ts';
import { swarmContainers, type SwarmContainer } from '../swarm-containers.ts';

/** What an engine that listens on TCP says of itself. Nothing of it is changed by asking. */
interface TcpFacts {
  /** The same under two addresses means the same engine. */
  readonly id: string;
  readonly name: string;
  /** Of the engine, such as `28.5.2`. */
  readonly version: string;
  /** The versions of the API that it speaks. */
  readonly api: string;
  readonly minApi: string | undefined;
  readonly driver: string;
  readonly os: string;
  readonly architecture: string;
  /** Seconds since 1970, with fractions, when it was asked. */
  readonly clock: number;
  /** The certificate it shows; undefined without TLS. */
  readonly certificate: ReturnType<typeof inspectCertificate> | undefined;
  /** Of this cluster, of others, or made by hand. */
  readonly swarmContainers: readonly SwarmContainer[];
}

/** Both in milliseconds; an engine that is merely busy answers well before. */
const CONNECT_DEADLINE = 5000;
const ANSWER_DEADLINE = 10_000;

/**
 * Asks an engine at `tcp://`. Fails with one sentence about what stands between: the network, TLS,
 * a certificate, or that no engine is there.
 */
export async function lookAtTcpEngine(
  endpoint: EngineEndpoint,
  signal: AbortSignal,
): Promise<TcpFacts> {
  let stage: Stage = 'connect';
  // With the last answer the deadlines have to go as well.
  const finished = new AbortController();
  const own = firstOf(signal, finished.signal);
  const engine = new Engine(endpoint);
  try {
    if (endpoint.kind === 'tcp') {
      await reach(endpoint.host, endpoint.port, limited(own, CONNECT_DEADLINE));
    }
    stage = 'answer';
    return await ask(engine, limited(own, ANSWER_DEADLINE));
  } catch (error) {
    signal.throwIfAborted();
    throw await explain(endpoint, stage, error, own);
  } finally {
    finished.abort();
    engine.close();
  }
}

async function ask(engine: Engine, signal: AbortSignal): Promise<TcpFacts> {
  const version = await engine.version(signal);
  const problem = notAnEngine(engine.endpoint, version);
  if (problem) throw problem;
  const [info, containers, certificate] = await Promise.all([
    engine.info(signal),
    engine.listContainers(undefined, signal),
    peerCertificate(engine.endpoint, signal),
  ]);
  return {
    id: info.ID,
    name: info.Name,
    version: version.Version,
    api: version.ApiVersion,
    minApi: version.MinAPIVersion,
    driver: info.Driver,
    os: info.OSType,
    architecture: info.Architecture,
    clock: Date.parse(info.SystemTime) / 1000,
    certificate: certificate === undefined ? undefined : inspectCertificate(certificate),
    swarmContainers: swarmContainers(containers),
  };
}
