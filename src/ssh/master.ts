import { access, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pause } from '../util/abort.ts';
import { packageRoot } from '../util/package-root.ts';
import { ask, start, type Child } from './child.ts';
import { collect, type Collected } from './collect.ts';
import { targetArguments } from './resolve.ts';
import type { SshTarget } from './target.ts';

/** Addresses of Unix sockets end at 104 bytes on macOS, and ssh appends 17 while it makes one. */
const LONGEST_FOLDER = 80;
/** Characters that mkdtemp appends. */
const RANDOM_LENGTH = 6;
const WORDS_KEPT = 16 * 1024;
const SHORTEST_LOOK = 10;
const LONGEST_LOOK = 100;

interface MasterOptions {
  readonly target: SshTarget;
  /** Text of the config file. */
  readonly config: string;
  readonly keyFile?: string | undefined;
  /** Whether ssh may ask in the terminal. */
  readonly interactive: boolean;
}

/**
 * The one connection to a host: an ssh that carries all others. It ends with us, however we end
 * (templates/ssh/lifeline.sh), and its folder with it.
 */
export class Master {
  readonly #child: Child;
  readonly #folder: string;
  readonly #said: Collected;
  #open = true;

  private constructor(child: Child, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#said = collect(child.stderr, WORDS_KEPT);
    child.stdout.resume();
    void child.ended.then(() => {
      this.#open = false;
      // It ended by itself: there is nothing left to end.
      if (child.stdin.writable) child.stdin.write('\n');
    });
  }

  /** One attempt; what comes back may have ended already. */
  static async open(options: MasterOptions, signal: AbortSignal): Promise<Master> {
    const folder = await privateFolder();
    const config = path.join(folder, 'config');
    await writeFile(config, options.config, { mode: 0o600 });
    const args = [
      ...[path.join(packageRoot(), 'templates/ssh/lifeline.sh'), folder],
      ...['ssh', '-F', config, '-M', '-S', controlPath(folder), '-N', '-T'],
      // The person's forwarded ports have no business here.
      ...['-o', 'ClearAllForwardings=yes'],
      ...(options.keyFile === undefined ? [] : ['-i', options.keyFile, '-o', 'IdentitiesOnly=yes']),
      ...targetArguments(options.target),
    ];
    const master = new Master(start('sh', args, { detached: !options.interactive }), folder);
    try {
      await master.#untilReady(signal);
      return master;
    } catch (error) {
      await master.close();
      throw error;
    }
  }

  /** ssh makes the socket when the host has let it in. */
  async #untilReady(signal: AbortSignal): Promise<void> {
    const started = Date.now();
    while (this.#open && !(await exists(controlPath(this.#folder)))) {
      const look = Math.min(Math.max((Date.now() - started) / 10, SHORTEST_LOOK), LONGEST_LOOK);
      await Promise.race([pause(look, signal), this.#child.ended]);
      signal.throwIfAborted();
    }
    if (this.#open) this.#child.unref();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** What ssh has said so far. */
  get words(): string {
    return this.#said.text();
  }

  /** A folder for sockets that is ours alone. */
  get folder(): string {
    return this.#folder;
  }

  /**
   * Arguments of an ssh that goes through this connection. Without it, it fails instead of making
   * a connection of its own.
   */
  arguments(): string[] {
    return [
      ...['-F', 'none', '-S', controlPath(this.#folder)],
      ...['-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
    ];
  }

  /** Lets a socket here stand for one on the host, or no longer. */
  async control(what: 'forward' | 'cancel', forward: string): Promise<string | undefined> {
    const args = [...this.arguments(), '-O', what, '-L', forward, '--', 'host'];
    const { exitCode, stderr } = await ask('ssh', args);
    return exitCode === 0 ? undefined : stderr.trim() || `exit code ${exitCode}`;
  }

  /** Ends when the connection does. */
  async ended(): Promise<void> {
    await this.#child.ended;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const late = setTimeout(() => {
      this.#child.kill();
    }, 1000);
    await this.#child.ended;
    clearTimeout(late);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function controlPath(folder: string): string {
  return path.join(folder, 'c');
}

async function privateFolder(): Promise<string> {
  const prefix = path.join(tmpdir(), 'swarmctl-ssh-');
  const isShort = prefix.length + RANDOM_LENGTH <= LONGEST_FOLDER;
  const folder = await mkdtemp(isShort ? prefix : '/tmp/swarmctl-ssh-');
  await chmod(folder, 0o700);
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
