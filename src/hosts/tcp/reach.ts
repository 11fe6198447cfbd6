import net from 'node:net';

/** Fails with Node's error, or the signal's reason, unless something takes connections there. */
export async function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = net.connect({ host, port });
  const stop = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
