import { endpointUrl, type EngineEndpoint } from '../../engine/endpoint.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { EngineVersion } from '../../engine/engine.ts';
import { SwarmctlError, reasonOf } from '../../errors.ts';
import { limited } from '../../util/abort.ts';
import { explainNetwork } from './explain-network.ts';
import { explainTls } from './explain-tls.ts';
import type { Reason, Stage } from './reason.ts';
import { refusalOf } from './why-refused.ts';

/** For further questions about a failure, in milliseconds. */
const LOOK_CLOSER = 5000;

/** Why an engine could not be asked. */
export async function explain(
  endpoint: EngineEndpoint,
  stage: Stage,
  error: unknown,
  signal: AbortSignal,
): Promise<SwarmctlError> {
  if (error instanceof SwarmctlError) return error;
  const closer = limited(signal, LOOK_CLOSER);
  const words = await wordsOf(endpoint, error, closer);
  const found =
    explainNetwork(endpoint, stage, error) ??
    (await explainTls(endpoint, words, closer)) ??
    explainAnswer(endpoint, error);
  signal.throwIfAborted();
  return problem(endpoint, found, error);
}

/** Code and text of an error, of which either may be the one that says it. */
async function wordsOf(
  endpoint: EngineEndpoint,
  error: unknown,
  signal: AbortSignal,
): Promise<string> {
  const words = `${(error as { code?: string }).code ?? ''} ${reasonOf(error)}`;
  const isReset = /ECONNRESET|EPIPE|socket hang up/.test(words);
  return isReset ? `${(await refusalOf(endpoint, signal)) ?? ''} ${words}` : words;
}

function explainAnswer(endpoint: EngineEndpoint, error: unknown): Reason {
  const text = reasonOf(error);
  if (/HTTP request to an HTTPS server/i.test(text)) {
    return {
      reason: 'it wants TLS',
      suggestions: ['give --tls-ca-cert, --tls-cert and --tls-key, the files of its CA'],
    };
  }
  const { status } = error instanceof EngineError ? error : {};
  if (status === undefined) {
    return {
      reason: text,
      suggestions: [`is a Docker Engine what listens at ${endpointUrl(endpoint)}?`],
    };
  }
  if (status === 401 || status === 403) {
    return {
      reason: `it does not let us: ${text}`,
      suggestions: ['ask who runs it: an authorization plugin, or a proxy, decides'],
    };
  }
  return status >= 500
    ? {
        reason: `it fails: ${text}`,
        suggestions: ['see the log of the engine: journalctl -u docker'],
      }
    : noEngine(`HTTP ${status}`);
}

/** What answers `/version` without being an engine. */
export function notAnEngine(
  endpoint: EngineEndpoint,
  { Version, ApiVersion }: Partial<EngineVersion>,
): SwarmctlError | undefined {
  if (Version?.startsWith('swarm/')) {
    return problem(endpoint, {
      reason: `it is the manager of a swarm (${Version}), not an engine`,
      suggestions: ['give the port of the engine itself, which is 2376 most often'],
    });
  }
  if (Version !== undefined && ApiVersion !== undefined) return undefined;
  return problem(endpoint, noEngine('its answer is no version'));
}

function noEngine(seen: string): Reason {
  return {
    reason: `what answers there is not a Docker Engine (${seen})`,
    suggestions: ['is the port right? Engines with TLS listen at 2376 most often'],
  };
}

function problem(
  endpoint: EngineEndpoint,
  { reason, suggestions }: Reason,
  cause?: unknown,
): SwarmctlError {
  return new SwarmctlError(
    'ENGINE_UNREACHABLE',
    `cannot use the engine at ${endpointUrl(endpoint)}: ${reason}`,
    { host: endpoint.kind === 'tcp' ? endpoint.host : undefined, suggestions, cause },
  );
}
