import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, open, readdir, rename, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, codeOf, reasonOf } from './refusal.ts';

const SOCKET = /^lock-.*\.sock$/;
const UNPUBLISHED = /^lock-.*\.new$/;
const TRIES = 5;
const LONGEST_PAUSE = 200;
const PROBE_DEADLINE = 2000;
/** Milliseconds after which a socket that was never published belongs to nobody. */
const ABANDONED = 60_000;

/**
 * Takes a folder for this process alone, until the function that it returns is called or the
 * process ends, however it ends.
 *
 * The lock is a listening socket in the folder: the kernel answers a connection to it as long as
 * its process lives and refuses it afterwards, in every container that shares the folder, which no
 * process id does: they repeat in containers. Everybody publishes a socket of an own name first and
 * looks for others then, so of two that come at once at least one sees the other. Only sockets of
 * the dead are removed, and their names are never used again.
 * @throws {ServiceError} when another process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const handle = await open(folder, 'r');
  // The path of a socket has at most 107 bytes, that of a folder may have more.
  const short = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : folder;
  try {
    for (let attempt = 1; ; attempt++) {
      const { name, server } = await publish(folder, short);
      const release = async () => {
        await rm(path.join(folder, name), { force: true });
        server.close();
        await handle.close();
      };
      try {
        if (!(await othersLive(folder, short, name))) return release;
      } catch (error) {
        await withdraw(folder, name, server);
        throw error;
      }
      await withdraw(folder, name, server);
      if (attempt === TRIES) {
        throw new ServiceError(`another process serves ${folder}; end it, or use another folder`);
      }
      // Somebody who came at the same moment may have stepped back as well.
      await sleep(randomInt(LONGEST_PAUSE));
    }
  } catch (error) {
    await handle.close();
    if (error instanceof ServiceError) throw error;
    throw new ServiceError(`cannot lock ${folder}: ${reasonOf(error)}`, error);
  }
}

async function publish(folder: string, short: string) {
  const id = `lock-${randomUUID().slice(0, 8)}`;
  const server = net.createServer((socket) => socket.destroy());
  server.listen(path.join(short, `${id}.new`));
  await once(server, 'listening');
  server.unref();
  const name = `${id}.sock`;
  try {
    await chmod(path.join(folder, `${id}.new`), 0o600);
    // Not before it listens: a socket that does not yet looks like one of the dead.
    await rename(path.join(folder, `${id}.new`), path.join(folder, name));
  } catch (error) {
    server.close();
    throw error;
  }
  return { name, server };
}

async function withdraw(folder: string, name: string, server: net.Server): Promise<void> {
  await rm(path.join(folder, name), { force: true });
  server.close();
}

async function othersLive(folder: string, short: string, mine: string): Promise<boolean> {
  let live = false;
  for (const name of await readdir(folder)) {
    if (UNPUBLISHED.test(name)) await removeAbandoned(path.join(folder, name));
    if (!SOCKET.test(name) || name === mine) continue;
    if (await answers(path.join(short, name))) live = true;
    else await rm(path.join(folder, name), { force: true });
  }
  return live;
}

/** Anything but a clear no counts as a yes: a process that is stopped has the folder, too. */
async function answers(socketPath: string): Promise<boolean> {
  const socket = net.connect(socketPath);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PROBE_DEADLINE) });
    return true;
  } catch (error) {
    return codeOf(error) !== 'ECONNREFUSED' && codeOf(error) !== 'ENOENT';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > ABANDONED) await rm(file, { force: true });
}
