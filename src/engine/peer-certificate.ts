import tls from 'node:tls';
import type { EngineEndpoint } from './endpoint.ts';

const DAY = 86_400_000;

/** The certificate an endpoint shows, whether it is valid or not; undefined without TLS. */
export async function peerCertificate(
  endpoint: EngineEndpoint,
  signal: AbortSignal,
): Promise<{ daysLeft: number } | undefined> {
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
    const until = Date.parse(socket.getPeerCertificate().valid_to);
    return { daysLeft: Math.floor((until - Date.now()) / DAY) };
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
