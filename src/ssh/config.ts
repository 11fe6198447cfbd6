/** How strictly unknown host keys are taken; a key that has changed is refused in any case. */
export type SshStrictness = 'accept-new' | 'yes';

interface ConfigOptions {
  readonly strict: SshStrictness;
  /** Of the cluster: where the keys of new hosts go. */
  readonly knownHostsFile: string;
  /** Of the person: known as well, never written. */
  readonly furtherKnownHosts: readonly string[];
  /** The person's own config file. */
  readonly configFile: string;
  /** Whether ssh may ask the person for a passphrase or a code. */
  readonly interactive: boolean;
  /** Seconds for a connection to come about. */
  readonly connectTimeout: number;
}

/**
 * A config file for ssh. The first value counts, so the person's own files say everything that is
 * not said here. It is a file rather than arguments because ssh hands it on to the ssh that
 * reaches a jump host: host keys are verified there in the same way, and nothing asks or hangs.
 */
export function configText(options: ConfigOptions): string {
  const knownHosts = [options.knownHostsFile, ...options.furtherKnownHosts];
  return [
    `StrictHostKeyChecking ${options.strict}`,
    `UserKnownHostsFile ${knownHosts.map(word).join(' ')}`,
    `BatchMode ${options.interactive ? 'no' : 'yes'}`,
    `ConnectTimeout ${options.connectTimeout}`,
    'ConnectionAttempts 1',
    // A host that is gone is noticed within half a minute.
    'ServerAliveInterval 10',
    'ServerAliveCountMax 3',
    // Its words are what a person gets to see when it fails.
    'LogLevel INFO',
    // A connection of the person's to a jump host is used, but none is left behind.
    'ControlMaster no',
    'ControlPersist no',
    'ForwardAgent no',
    'ForwardX11 no',
    'PermitLocalCommand no',
    'RemoteCommand none',
    'Tunnel no',
    `Include ${word(options.configFile)}`,
    'Include /etc/ssh/ssh_config',
    '',
  ].join('\n');
}

/** Values that begin with ~/ or / and may hold blanks and quotes; % begins a token of ssh. */
function word(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
}
