import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { firstOf, pause } from '../util/abort.ts';
import { pauseAfter } from '../util/backoff.ts';
import { sayDuration } from '../util/duration.ts';
import { whileWaiting } from '../util/still-waiting.ts';
import { configText, type SshStrictness } from './config.ts';
import { SshConnection } from './connection.ts';
import { Master } from './master.ts';
import { resolve, type Resolved } from './resolve.ts';
import { sayByHand, sayHost, type SshTarget } from './target.ts';
import { whyDenied } from './why-denied.ts';
import { connectionError, judge, type Place, type Verdict } from './words.ts';

export interface SshOptions {
  /** `--ssh-key`: this key and no other. */
  readonly keyFile?: string | undefined;
  /** `--ssh-strict`; `accept-new` when left out. */
  readonly strict?: SshStrictness | undefined;
  /** The cluster's `known_hosts`; its folder is made. */
  readonly knownHostsFile: string;
  /** The person's config; `~/.ssh/config` when left out. */
  readonly configFile?: string | undefined;
  /** Whether ssh may ask in the terminal, for a passphrase for one. */
  readonly interactive: boolean;
  /** Milliseconds until a host that refuses or does not answer is given up. */
  readonly deadline: number;
  /** Told each second how a long wait goes. */
  readonly onWaiting?: (sentence: string) => void;
}

/** Milliseconds for one attempt; more than a slow network and a name server take. */
const ATTEMPT = 10_000;
const GROWTH = { first: 200, factor: 1.6, longest: 5000 };

/**
 * Connects to a host. Only refused and timed-out connections are tried again; whatever the host
 * or ssh itself decides is final. The connection ends with `close`, or with this process.
 */
export async function connect(
  target: SshTarget,
  options: SshOptions,
  signal: AbortSignal,
): Promise<SshConnection> {
  if (process.platform === 'win32') {
    throw new SwarmctlError('SSH_UNREACHABLE', 'hosts over ssh cannot be used from Windows', {
      suggestions: ['run swarmctl in WSL'],
    });
  }
  const host = sayHost(target);
  await checkKey(options.keyFile, host);
  const resolved = await resolve(target, options.configFile, signal);
  signal.throwIfAborted();
  await mkdir(path.dirname(options.knownHostsFile), { recursive: true, mode: 0o700 });
  const place = {
    host,
    user: resolved.user,
    byHand: sayByHand(target),
    knownHostsFile: options.knownHostsFile,
  };

  const started = Date.now();
  const left = () => options.deadline - (Date.now() - started);
  let last: { words: string; verdict: Verdict } = { words: '', verdict: SILENT };
  return whileWaiting({ what: `ssh on ${host}`, tell: options.onWaiting }, async (wait) => {
    for (let failures = 1; ; failures++) {
      const { master, words } = await attempt(target, resolved, options, left(), signal);
      if (master) return accept(master, place, resolved);
      // An attempt that the deadline cut off says less than an earlier one that failed.
      if (words !== undefined) last = { words, verdict: judge(words, place) };
      if (!last.verdict.retry) {
        throw connectionError(await explain(last.verdict, resolved, options), last.words, place);
      }
      const rest = pauseAfter(failures, GROWTH);
      if (left() <= rest) {
        const reason = `${last.verdict.reason}, for ${sayDuration(Date.now() - started)}`;
        throw connectionError({ ...last.verdict, reason }, last.words, place);
      }
      wait.failed(last.verdict.reason);
      await pause(rest, signal);
    }
  });
}

/** Cut off by the deadline before ssh said anything. */
const SILENT: Verdict = {
  code: 'SSH_UNREACHABLE',
  reason: 'the host does not answer',
  suggestions: ['is it up, is the address right, and does a firewall let ssh through?'],
  retry: true,
};

interface Outcome {
  readonly master?: Master;
  /** What ssh said; undefined when the deadline cut it off. */
  readonly words?: string;
}

async function attempt(
  target: SshTarget,
  resolved: Resolved,
  options: SshOptions,
  left: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const { keyFile, interactive } = options;
  const config = configText({
    strict: options.strict ?? 'accept-new',
    knownHostsFile: options.knownHostsFile,
    furtherKnownHosts: resolved.knownHostsFiles,
    configFile: options.configFile ?? path.join(homedir(), '.ssh/config'),
    interactive,
    // Rather before the deadline than after it: then ssh says itself what it waited for.
    connectTimeout: Math.max(1, Math.floor(Math.min(left, ATTEMPT) / 1000)),
  });
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, left);
  try {
    const until = firstOf(signal, limit.signal);
    const master = await Master.open({ target, config, keyFile, interactive }, until);
    if (master.isOpen) return { master };
    await master.close();
    return { words: master.words };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.signal.aborted) return {};
    throw error;
  } finally {
    clearTimeout(timer);
    limit.abort();
  }
}

/** A key that could not be noted would be taken on trust again the next time. */
async function accept(master: Master, place: Place, resolved: Resolved): Promise<SshConnection> {
  const failed = /Failed to add the host to the list of known hosts \((.*)\)/.exec(master.words);
  if (failed) {
    await master.close();
    throw new SwarmctlError(
      'SSH_HOST_KEY',
      `cannot note the host key of ${place.host} in ${failed[1] ?? ''}`,
      {
        host: place.host,
        suggestions: ['set SWARMCTL_HOME to a folder with room that you own'],
      },
    );
  }
  return new SshConnection(master, { ...place, hostname: resolved.hostname, port: resolved.port });
}

async function explain(
  verdict: Verdict,
  resolved: Resolved,
  { keyFile, interactive }: SshOptions,
): Promise<Verdict> {
  if (verdict.code !== 'SSH_AUTH' || interactive) return verdict;
  return whyDenied(verdict, keyFile === undefined ? resolved.identityFiles : [keyFile]);
}

async function checkKey(file: string | undefined, host: string): Promise<void> {
  if (file === undefined) return;
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw new SwarmctlError('SSH_AUTH', `cannot read the key ${file}: ${reasonOf(error)}`, {
      host,
      suggestions: ['name the file of a private key: --ssh-key FILE'],
      cause: error,
    });
  }
}
