import type { EngineEndpoint } from '../../engine/endpoint.ts';
import { Engine } from '../../engine/engine.ts';
import { peerCertificate } from '../../engine/peer-certificate.ts';
import { inspectCertificate } from '../../pki/inspect.ts';
import { firstOf, limited } from '../../util/abort.ts';
import { engineFacts, type EngineFacts } from '../engine-facts.ts';
import { explain, notAnEngine } from './explain.ts';
import { reach } from './reach.ts';
import type { Stage } from './reason.ts';

/** What an engine that listens on TCP says of itself. Nothing of it is changed by asking. */
interface TcpFacts extends EngineFacts {
  readonly name: string;
  /** Seconds since 1970, with fractions, when it was asked. */
  readonly clock: number;
  /** The certificate it shows; undefined without TLS. */
  readonly certificate: ReturnType<typeof inspectCertificate> | undefined;
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
    ...engineFacts(version, info, containers),
    name: info.Name,
    clock: Date.parse(info.SystemTime) / 1000,
    certificate: certificate === undefined ? undefined : inspectCertificate(certificate),
  };
}
