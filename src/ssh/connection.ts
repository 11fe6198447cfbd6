import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { SwarmctlError } from '../errors.ts';
import { gate } from '../util/concurrency.ts';
import { readTemplate } from '../util/template.ts';
import { runInTerminal, start } from './child.ts';
import { collect } from './collect.ts';
import type { Master } from './master.ts';
import { forAnyShell, quoteAll } from './quote.ts';
import { ownWords, type Place } from './words.ts';

/** sshd allows ten sessions per connection, and the Docker API may want six (docker-api.ts). */
const COMMANDS_AT_A_TIME = 3;

/** Bytes that are kept of what a command writes. */
const OUTPUT_LIMIT = 1024 * 1024;

/** How long a command that was given up has to end on the host, in milliseconds. */
const END_DEADLINE = 2000;

/** What ssh itself says when a command did not get through; its exit code is then 255. */
const NOT_DELIVERED =
  /^(mux_client_|Control socket connect|kex_exchange_identification|channel \d+: open failed|.*Session open refused|Connection closed by UNKNOWN)/m;

export interface CommandOptions {
  readonly signal: AbortSignal;
  /** As root: through `sudo -n` where the user is not root. */
  readonly sudo?: boolean;
}

export interface RunOptions extends CommandOptions {
  /** For its standard input: also the place for secrets, arguments are seen by everybody. */
  readonly stdin?: string | Uint8Array | Readable;
  /** Bytes to keep of each of its outputs. */
  readonly limit?: number;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Whether it wrote more than was kept. */
  readonly truncated: boolean;
}

/** A command that runs on the host; whoever started it reads its outputs. */
interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code, 128 and more when a signal ended it; rejects when the connection is lost. */
  readonly ended: Promise<number>;
  /** Ends it, here at once, and soon after on the host. */
  readonly end: () => void;
  /** Ends it here; on the host it has to notice the end of its standard input. */
  readonly drop: () => void;
}

/** One host, connected. All commands and sockets share one connection. */
export class SshConnection {
  readonly place: Place & { readonly hostname: string; readonly port: number };
  readonly master: Master;
  readonly #gate = gate(COMMANDS_AT_A_TIME);
  readonly #closers: (() => Promise<void>)[] = [];
  #ending: Promise<unknown> = Promise.resolve();

  constructor(master: Master, place: SshConnection['place']) {
    this.master = master;
    this.place = place;
  }

  /** The host as the person named it. */
  get host(): string {
    return this.place.host;
  }

  /** Keys that were seen for the first time and noted, such as `'10.0.0.5' (ED25519)`. */
  get newHostKeys(): string[] {
    const lines = this.master.words.matchAll(/^Warning: Permanently added (.*) to the list/gm);
    return [...lines].map(([, key]) => key ?? '');
  }

  /** Something to undo before the connection ends. */
  beforeClose(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  /** Runs a command to its end, whatever its exit code. */
  async run(command: readonly string[], options: RunOptions): Promise<RunResult> {
    const { stdin = '', limit = OUTPUT_LIMIT, signal } = options;
    return this.#gate(async () => {
      const remote = await this.stream(command, options);
      const [stdout, stderr] = [collect(remote.stdout, limit), collect(remote.stderr, limit)];
      const feeding = feed(remote, stdin);
      const exitCode = await remote.ended;
      signal.throwIfAborted();
      await feeding;
      const text = stderr.text();
      if (options.sudo === true) this.#checkSudo(exitCode, text);
      return {
        exitCode,
        stdout: stdout.bytes(),
        stderr: text,
        truncated: stdout.truncated() || stderr.truncated(),
      };
    });
  }

  /** Starts a command, to be talked to while it runs. */
  async stream(
    command: readonly string[],
    { signal, sudo = false }: CommandOptions,
  ): Promise<RemoteProcess> {
    signal.throwIfAborted();
    if (!this.master.isOpen) throw this.#lost();
    const mark = `swarmctl-${randomBytes(6).toString('hex')}`;
    const args = [...this.master.arguments(), '-T', '--', 'host'];
    const child = start('ssh', [...args, forAnyShell(await script(command, sudo), mark)], {
      detached: true,
    });
    const words = collect(child.stderr, OUTPUT_LIMIT);

    let over = false;
    const drop = () => {
      over = true;
      child.kill();
    };
    const end = () => {
      if (over) return;
      drop();
      // sshd lets it run on when nobody listens any more.
      this.#ending = Promise.all([this.#ending, this.#endCommand(mark, sudo)]);
    };
    signal.addEventListener('abort', end, { once: true });
    const ended = child.ended.then(async (exitCode) => {
      signal.removeEventListener('abort', end);
      signal.throwIfAborted();
      if (exitCode === 255 && !over) await this.#checkDelivered(words.text());
      over = true;
      return exitCode;
    });
    // Whoever only reads the outputs need not ask how it ended.
    ended.catch(() => undefined);
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, end, drop };
  }

  /**
   * Gives the command the person's terminal, or the login shell when there is none, and returns
   * the exit code.
   */
  async interact(
    command: readonly string[] | undefined,
    tty: boolean,
    signal: AbortSignal,
  ): Promise<number> {
    if (!this.master.isOpen) throw this.#lost();
    const args = [
      ...this.master.arguments(),
      ...[tty ? '-tt' : '-T', '--', 'host'],
      // The shell outlives it, and so tells when a signal has ended it.
      ...(command === undefined ? [] : [forAnyShell(`${quoteAll(command)}; exit $?`)]),
    ];
    return runInTerminal('ssh', args, signal);
  }

  /** Ends the connection and everything that goes through it. */
  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer();
    await this.#ending;
    await this.master.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #endCommand(mark: string, sudo: boolean): Promise<void> {
    if (!this.master.isOpen) return;
    const parts = [mark.slice(0, 12), mark.slice(12)];
    const command = ['sh', '-c', await readTemplate('ssh/end-command.sh'), 'end', ...parts];
    const args = [...this.master.arguments(), '-T', '--', 'host'];
    const child = start('ssh', [...args, forAnyShell(await script(command, sudo))], {
      detached: true,
    });
    child.stdin.end();
    child.stdout.resume();
    child.stderr.resume();
    const late = setTimeout(() => {
      child.kill();
    }, END_DEADLINE);
    await child.ended;
    clearTimeout(late);
  }

  /** 255 is what ssh says of itself, but a command may end with it, too. */
  async #checkDelivered(words: string): Promise<void> {
    // The connection's end and that of a command through it come in any order.
    const soon = new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.race([this.master.ended(), soon]);
    if (!this.master.isOpen) throw this.#lost();
    if (NOT_DELIVERED.test(words)) {
      throw new SwarmctlError(
        'SSH_UNREACHABLE',
        `${this.host} takes no further command; ssh says: ${ownWords(words)}`,
        {
          host: this.host,
          suggestions: [
            'MaxSessions in its sshd_config has to be 10, which is the default, or more',
          ],
        },
      );
    }
  }

  #lost(): SwarmctlError {
    const words = ownWords(this.master.words);
    return new SwarmctlError(
      'SSH_UNREACHABLE',
      `the connection to ${this.host} is lost${words === '' ? '' : `; ssh says: ${words}`}`,
      {
        host: this.host,
        suggestions: ['run the command again: it goes on where it stopped'],
        transient: true,
      },
    );
  }

  #checkSudo(exitCode: number, stderr: string): void {
    const words = /^sudo: .*$/m.exec(stderr)?.[0];
    const missing = exitCode === 127 && /sudo: (command )?not found/.test(stderr);
    if (!missing && (exitCode !== 1 || words === undefined)) return;
    const { host } = this;
    const { user } = this.place;
    throw new SwarmctlError(
      'SSH_AUTH',
      missing
        ? `${user} is not root on ${host}, and there is no sudo`
        : `${user} may not become root on ${host} without a password; sudo says: ${words ?? ''}`,
      {
        host,
        suggestions: [
          `on ${host}: echo '${user} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/zz-swarmctl`,
          'or connect as root: --ssh-user root',
        ],
      },
    );
  }
}

/** Gives a command its standard input; rejects when that cannot be read, not when nobody wants it. */
async function feed(remote: RemoteProcess, stdin: string | Uint8Array | Readable): Promise<void> {
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) {
    remote.stdin.end(stdin);
    return;
  }
  const state: { failure?: Error } = {};
  stdin.once('error', (error) => {
    state.failure = error;
    remote.end();
  });
  stdin.pipe(remote.stdin);
  await remote.ended.catch(() => undefined);
  stdin.destroy();
  if (state.failure) throw state.failure;
}

/** The text of a POSIX shell that runs the command and outlives it, so that it can be found. */
async function script(command: readonly string[], sudo: boolean): Promise<string> {
  const whole = sudo
    ? ['sh', '-c', await readTemplate('ssh/as-root.sh'), 'as-root', ...command]
    : command;
  return `${quoteAll(whole)}; exit $?`;
}
