import { chmod, mkdir, stat } from 'node:fs/promises';
import { sayAddress, type HostAndPort } from './address.ts';
import { serviceClock } from './clock.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { lockFolder } from './lock.ts';
import { logger, type LogSink } from './log.ts';
import { ServiceError, reasonOf } from './refusal.ts';
import { startServer } from './server.ts';
import { Store } from './store.ts';
import { describeCertificate, readTlsFiles, type TlsFiles } from './tls-files.ts';
import { readTokenFile } from './token.ts';

/** Milliseconds between two looks for expired nodes; the service's clock needs less than 2000. */
const TICK = 500;
/** Milliseconds for requests under way when the service is stopped. */
const GRACE = 3000;
/** Milliseconds after which a stop is over, whatever the disk does. */
const STOP_DEADLINE = 4500;

export interface ServiceOptions {
  /** Port 0 means any free one; the log says which. */
  readonly listen: HostAndPort;
  /** Folder of the service alone; made if it does not exist. */
  readonly dataFolder: string;
  readonly tls: TlsFiles;
  /** File of tokens that exist always and cannot be deleted. */
  readonly tokenFile?: string | undefined;
  readonly limits?: Partial<Limits>;
  /** What `/healthz` says. */
  readonly version: string;
}

export interface Service {
  /** Where it listens, with the real port. */
  readonly address: HostAndPort;
  /** Reads certificate, key and client CA again; when they are unusable the old ones stay. */
  readonly reload: () => Promise<void>;
  /** Answers what is under way, writes all to disk and ends, within 5 s. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the token discovery service.
 * @param sink takes the lines of the log
 * @throws {ServiceError} with a sentence when it cannot start
 */
export async function startService(options: ServiceOptions, sink: LogSink): Promise<Service> {
  const log = logger(sink);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const tls = await readTlsFiles(options.tls);
  const fixedTokens = options.tokenFile === undefined ? [] : await readTokenFile(options.tokenFile);
  const cleanUp: (() => Promise<void>)[] = [];
  const undo = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    await prepareFolder(options.dataFolder);
    cleanUp.push(await lockFolder(options.dataFolder));
    const store = await Store.open({
      ...{ folder: options.dataFolder, now: serviceClock(), limits, fixedTokens, log },
    });
    cleanUp.push(() => store.close());
    const { listen, version } = options;
    const server = await startServer({ listen, tls, limits, clusters: store, version, log });
    const ticker = setInterval(() => {
      store.tick();
    }, TICK);
    cleanUp.push(async () => {
      clearInterval(ticker);
      await server.stop(GRACE);
    });
    log(
      `token service ${version} listens on ${sayAddress(server.address)} with ${store.clusterCount} clusters and ${store.nodeCount} nodes from ${options.dataFolder}; ${describeCertificate(tls.cert)}`,
    );
    return {
      address: server.address,
      async reload() {
        try {
          const next = await readTlsFiles(options.tls);
          server.setTls(next);
          log(`read the certificate again; ${describeCertificate(next.cert)}`);
        } catch (error) {
          log(`kept the old certificate: ${reasonOf(error)}`);
        }
      },
      async stop() {
        log('stopping');
        await within(STOP_DEADLINE, undo());
        log('stopped');
      },
    };
  } catch (error) {
    await undo();
    if (error instanceof ServiceError) throw error;
    throw new ServiceError(`cannot start: ${reasonOf(error)}`, error);
  }
}

/**
 * Runs the token discovery service until the signal aborts; SIGHUP makes it read the certificate
 * again. Resolves when it has stopped and everything is on disk.
 * @param sink takes the lines of the log
 * @throws {ServiceError} with a sentence when it cannot start
 */
export async function serve(
  options: ServiceOptions,
  signal: AbortSignal,
  sink: LogSink,
): Promise<void> {
  // Installed before the start: without a listener SIGHUP would end the process.
  let service: Service | undefined;
  const reload = () => void service?.reload();
  process.on('SIGHUP', reload);
  try {
    service = await startService(options, sink);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    await service.stop();
  } finally {
    process.off('SIGHUP', reload);
  }
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Docker makes the folder of a volume with 0755.
    if (((await stat(folder)).mode & 0o077) !== 0) await chmod(folder, 0o700);
  } catch (error) {
    throw new ServiceError(`cannot use the data folder: ${reasonOf(error)}`, error);
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
