import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { inspect } from 'node:util';
import type { EngineEndpoint } from './endpoint.ts';

/**
 * docker-modem passes its request options through `util.inspect` at every request, which is slow
 * for a live agent and, with `DEBUG=modem`, prints the private key: the agent holds the TLS
 * material and shows nothing.
 */
function opaque<Agent extends http.Agent>(agent: Agent): Agent {
  Object.defineProperty(agent, inspect.custom, { value: () => '[Agent]', enumerable: false });
  return agent;
}

/** A keep-alive agent for the endpoint; idle connections do not hold the process. */
export function agentFor(endpoint: EngineEndpoint): http.Agent {
  if (endpoint.kind === 'socket' || !endpoint.tls) {
    return opaque(new http.Agent({ keepAlive: true }));
  }
  const { ca, cert, key, identities } = endpoint.tls;
  return opaque(
    new https.Agent({
      keepAlive: true,
      ca,
      cert,
      key,
      minVersion: 'TLSv1.2',
      checkServerIdentity: (host, certificate) =>
        (identities ?? [host])
          .map((name) => tls.checkServerIdentity(name, certificate))
          .find((problem) => problem !== undefined),
    }),
  );
}
