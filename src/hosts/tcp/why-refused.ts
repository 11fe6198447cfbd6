import tls from 'node:tls';
import type { EngineEndpoint } from '../../engine/endpoint.ts';

/** How long a server may take to look at a certificate. */
const PATIENCE = 2000;

/**
 * The code of the alert with which a server ends the connection after it has seen our certificate.
 * With TLS 1.3 it arrives after the handshake, and is lost when a request is on its way: then there
 * is only a reset. So this one says nothing and listens.
 */
export async function refusalOf(
  endpoint: EngineEndpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (endpoint.kind === 'socket' || !endpoint.tls || signal.aborted) return undefined;
  const { host, port } = endpoint;
  const { ca, cert, key } = endpoint.tls;
  // Nothing is sent to it, so that nothing has to be verified.
  const socket = tls.connect({ host, port, ca, cert, key, rejectUnauthorized: false });
  const stop = () => socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  socket.setTimeout(PATIENCE, stop).resume();
  try {
    return await new Promise((resolve) => {
      socket.once('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code);
      });
      socket.once('close', () => {
        resolve(undefined);
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
