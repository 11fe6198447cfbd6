/** What can happen to the clusters; what is kept on disk is a list of these. `ttl` is in seconds. */
export type Change =
  | { readonly op: 'create'; readonly token: string }
  | { readonly op: 'delete'; readonly token: string }
  | {
      readonly op: 'register';
      readonly token: string;
      readonly address: string;
      readonly ttl: number;
    }
  | { readonly op: 'expire'; readonly token: string; readonly address: string };

/** Addresses and TTLs in seconds of every token. */
export type Clusters = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Entry {
  readonly ttl: number;
  expires: number;
}

/**
 * Clusters and their nodes in memory. Knows neither limits nor disk: `apply` takes any change in any
 * state, so that replaying a journal leads to where the running service was.
 */
export class Registry {
  readonly #now: () => number;
  readonly #clusters = new Map<string, Map<string, Entry>>();
  #entries = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  get clusterCount(): number {
    return this.#clusters.size;
  }

  /** Nodes of all clusters, those included that expired and were not collected yet. */
  get entryCount(): number {
    return this.#entries;
  }

  has(token: string): boolean {
    return this.#clusters.has(token);
  }

  /** Nodes of a cluster, expired ones included; 0 for an unknown token. */
  countOf(token: string): number {
    return this.#clusters.get(token)?.size ?? 0;
  }

  /** The unexpired addresses of a cluster, sorted; undefined for an unknown token. */
  list(token: string): readonly string[] | undefined {
    const cluster = this.#clusters.get(token);
    if (cluster === undefined) return undefined;
    const now = this.#now();
    return [...cluster].flatMap(([address, { expires }]) => (expires > now ? address : [])).sort();
  }

  /**
   * Gives a node its whole TTL anew, one that has just expired too; its TTL in seconds, undefined
   * for an unknown node.
   */
  touch(token: string, address: string): number | undefined {
    const entry = this.#clusters.get(token)?.get(address);
    if (entry === undefined) return undefined;
    entry.expires = this.#now() + entry.ttl * 1000;
    return entry.ttl;
  }

  /** Whether it was about a cluster that exists, or, for `create`, one that did not. */
  apply(change: Change): boolean {
    const cluster = this.#clusters.get(change.token);
    if (change.op === 'create') {
      if (cluster === undefined) this.#clusters.set(change.token, new Map());
      return cluster === undefined;
    }
    if (cluster === undefined) return false;
    if (change.op === 'delete') {
      this.#clusters.delete(change.token);
      this.#entries -= cluster.size;
    } else if (change.op === 'register') {
      const { address, ttl } = change;
      if (!cluster.has(address)) this.#entries += 1;
      cluster.set(address, { ttl, expires: this.#now() + ttl * 1000 });
    } else if (cluster.delete(change.address)) {
      this.#entries -= 1;
    }
    return true;
  }

  /** Removes what expired, except what `keep` says, and tells what that was. */
  collect(
    keep: (token: string, address: string) => boolean,
  ): (Change & { readonly op: 'expire' })[] {
    const now = this.#now();
    const gone: (Change & { readonly op: 'expire' })[] = [];
    for (const [token, cluster] of this.#clusters) {
      for (const [address, { expires }] of cluster) {
        if (expires > now || keep(token, address)) continue;
        cluster.delete(address);
        gone.push({ op: 'expire', token, address });
      }
    }
    this.#entries -= gone.length;
    return gone;
  }

  /** All there is, to be kept. */
  snapshot(): Clusters {
    return Object.fromEntries(
      [...this.#clusters].map(([token, cluster]) => [
        token,
        Object.fromEntries([...cluster].map(([address, { ttl }]) => [address, ttl])),
      ]),
    );
  }

  /** Adds what a snapshot holds; every node gets its whole TTL anew. */
  restore(clusters: Clusters): void {
    for (const [token, entries] of Object.entries(clusters)) {
      this.apply({ op: 'create', token });
      for (const [address, ttl] of Object.entries(entries)) {
        this.apply({ op: 'register', token, address, ttl });
      }
    }
  }
}
