import net from 'node:net';
import { text } from 'node:stream/consumers';
import { sayAddress, type StoreAddress } from './address.ts';
import { within } from './within.ts';

const DEADLINE = 2000;

/**
 * What a ZooKeeper server answers to one of its four-letter words, without a session; empty when
 * it does not. Since 3.5 only `srvr` is allowed unless its owner allows more.
 */
export async function askWord(
  address: StoreAddress,
  word: string,
  signal: AbortSignal,
): Promise<string> {
  const socket = net.connect({ host: address.host, port: address.port });
  try {
    socket.write(word);
    return await within(DEADLINE, sayAddress(address), signal, () => text(socket));
  } catch {
    signal.throwIfAborted();
    return '';
  } finally {
    socket.destroy();
  }
}
