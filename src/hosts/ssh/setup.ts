export interface WantedEngine {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly port: number;
  /** Of `ClusterSpec.engine` and of the host, each as it is there: `name=value` and so on. */
  readonly labels: readonly string[];
  readonly options: readonly string[];
  readonly environment: readonly string[];
  readonly registryMirrors: readonly string[];
  readonly insecureRegistries: readonly string[];
  /** Further names in its certificate. */
  readonly names: readonly string[];
}

export interface Problem {
  readonly problem: string;
  readonly fix: string;
}

/** How the engine of a server is to be; certificates are not part of it. */
export interface EngineSetup {
  /** Text of our drop-in; empty where there is no engine yet: install it and look again. */
  readonly dropIn: string;
  /** Text of daemon.json; undefined when it stays as it is. */
  readonly daemonJson: string | undefined;
  /** Text of the file of variables, which may be secret; undefined when there are none. */
  readonly environmentFile: string | undefined;
  /** Further names that its certificate is issued for. */
  readonly names: readonly string[];
  /** Why it cannot be so. */
  readonly problems: readonly Problem[];
  /** What happens on the way there, a sentence each. */
  readonly changes: readonly string[];
}
