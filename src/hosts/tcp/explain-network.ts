import type { EngineEndpoint } from '../../engine/endpoint.ts';
import type { Reason, Stage } from './reason.ts';

/** Why no connection came about, or why nothing was said on it; undefined when it was not that. */
export function explainNetwork(
  endpoint: EngineEndpoint,
  stage: Stage,
  error: unknown,
): Reason | undefined {
  if (endpoint.kind === 'socket') return undefined;
  const { code, name } = error as NodeJS.ErrnoException;
  const port = String(endpoint.port);
  if (name === 'TimeoutError' && stage === 'answer') {
    return {
      reason: 'it takes connections, but does not answer in time',
      suggestions: ['see what the engine is doing: docker info on the host, journalctl -u docker'],
    };
  }
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') {
    return {
      reason: `nothing answers: packets to port ${port} get lost`,
      suggestions: [
        `is ${endpoint.host} up, is the address right, and does a firewall let port ${port} through?`,
      ],
    };
  }
  switch (code) {
    case 'ECONNREFUSED':
      return {
        reason: 'the connection was refused: nothing listens there',
        suggestions: [
          `does the engine run, and does it listen at this port? (on the host: ss -tln | grep ${port})`,
        ],
      };
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
      return {
        reason: 'there is no way to the host',
        suggestions: [`is ${endpoint.host} up, and is there a route to its network?`],
      };
    case 'ENOTFOUND':
      return {
        reason: `the name ${endpoint.host} is not known`,
        suggestions: ['is it spelled right? An address works as well'],
      };
    case 'EAI_AGAIN':
      return {
        reason: `the name ${endpoint.host} cannot be looked up: no name server answers`,
        suggestions: ['give an address instead, or look at /etc/resolv.conf'],
      };
    default:
      return undefined;
  }
}
