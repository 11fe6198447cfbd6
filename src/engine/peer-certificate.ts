import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import type { EngineEndpoint } from './endpoint.ts';

/** The certificate an endpoint shows, PEM, whether it is valid or not; undefined without TLS. */
export async function peerCertificate(
  endpoint: EngineEndpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  if (endpoint.kind === 'socket' || !endpoint.tls) return undefined;
  const { host, port } = endpoint;
  const { ca, cert, key } = endpoint.tls;
  // Only looked at, never trusted: the calls that matter go through a verifying agent.
  const socket = tls.connect({ host, port, ca, cert, key, rejectUnauthorized: false });
  const stop = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
    });
    return new X509Certificate(socket.getPeerCertificate().raw).toString();
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
