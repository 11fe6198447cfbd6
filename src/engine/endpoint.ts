import { hostPort } from '../util/host-port.ts';

/** Where a Docker API answers, and with what credentials. */
export type EngineEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: TlsClient;
    };

/** What a client needs to talk to an API that verifies it: PEM texts. */
export interface TlsClient {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /**
   * Host names and addresses that the server's certificate must be valid for; the one dialled when
   * left out. A forwarded port says nothing about the address by which the others reach it.
   */
  readonly identities?: readonly string[];
}

/** The endpoint in the form of `DOCKER_HOST`. */
export function endpointUrl(endpoint: EngineEndpoint): string {
  if (endpoint.kind === 'socket') return `unix://${endpoint.path}`;
  return `tcp://${hostPort(endpoint.host, endpoint.port)}`;
}

/** Whether ports bound to the loopback address of the engine's machine can be reached from here. */
export function isOnThisMachine(endpoint: EngineEndpoint): boolean {
  return endpoint.kind === 'socket' || /^(localhost|127(\.\d+){3}|::1)$/.test(endpoint.host);
}
