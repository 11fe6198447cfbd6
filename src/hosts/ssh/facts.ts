import type { EngineFacts } from '../engine-facts.ts';

/** What a server says of itself, before and after something is changed on it. */
export interface ServerFacts {
  /** `/etc/machine-id`: the same under two addresses means the same host. Empty when it has none. */
  readonly machineId: string;
  readonly hostname: string;
  /** `ID` and `VERSION_ID` of os-release, such as `debian` and `12`; and `ID_LIKE`, split. */
  readonly os: { readonly id: string; readonly version: string; readonly like: readonly string[] };
  /** As `uname -m` says it. */
  readonly architecture: string;
  /** Whether commands run as root: by the user, by sudo without a password, or not and why. */
  readonly root: 'user' | 'sudo' | { readonly refused: string };
  readonly systemd: boolean;
  /** Whether apt-get is there. */
  readonly apt: boolean;
  /** Seconds since 1970, with fractions, when it was asked. */
  readonly clock: number;
  /** The address of the server's own at which ssh arrived. (SSH_CONNECTION) */
  readonly sshAddress: string;
  /** Addresses of its interfaces, without those of loopback and docker bridges. */
  readonly addresses: readonly string[];
  /** TCP ports on which something listens, and the program where that can be seen. */
  readonly listening: readonly { readonly port: number; readonly program: string }[];
  /** Bytes free where Docker keeps its data, or will. */
  readonly free: number;
  /** A firewall that is active, by the command that opens ports in it. */
  readonly firewall: 'ufw' | 'firewalld' | 'iptables' | 'nftables' | undefined;
  readonly docker: DockerFacts | undefined;
}

export interface DockerFacts {
  /**
   * The command line of the unit docker.service without our drop-in, its dockerd first: words
   * without quotes, in which systemd still has to expand `$VARIABLES` and `%` specifiers.
   */
  readonly command: readonly string[];
  /** The same with the values of the variables: what dockerd gets without our drop-in. */
  readonly arguments: readonly string[];
  /** Whether its unit runs now. */
  readonly active: boolean;
  /** Whether its unit is started at boot. */
  readonly enabled: boolean;
  /** Whether a drop-in of ours is there, of whichever cluster. */
  readonly ownDropIn: boolean;
  /** Drop-ins of the unit that would count after ours and have a command line of their own. */
  readonly later: readonly string[];
  /** Whether there is a `docker` command, which is what we ask the engine with on the host. */
  readonly cli: boolean;
  /** What the engine says of itself, while it answers. */
  readonly engine: EngineFacts | undefined;
  /** Why an engine that runs has not answered. */
  readonly whySilent?: Error | undefined;
  /** The text of `/etc/docker/daemon.json` as the person wrote it; undefined when there is none. */
  readonly daemonJson: string | undefined;
  readonly running: readonly RunningContainer[];
}

export interface RunningContainer {
  readonly name: string;
  /** Whether Docker starts it again by itself: by a restart policy, or as a task of a service. */
  readonly restarts: boolean;
  /** Whether it is removed when it stops (`docker run --rm`). */
  readonly temporary: boolean;
}
