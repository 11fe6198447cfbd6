import { Commits } from './commits.ts';
import { Journal } from './journal.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { Registry, type Change } from './registry.ts';
import { newToken, shortToken } from './token.ts';

/** Milliseconds between two tries to write to a disk that could not be written, or not all of it. */
const PROBE_INTERVAL = 5000;

interface StoreOptions {
  readonly folder: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly limits: Pick<Limits, 'clusters' | 'nodesPerCluster' | 'nodes'>;
  /** Tokens that exist always and cannot be deleted. */
  readonly fixedTokens: readonly string[];
  readonly log: (message: string) => void;
}

interface Registration {
  readonly ttl: number;
  readonly done: Promise<void>;
}

/**
 * The clusters, kept on disk.
 *
 * What is durable: tokens, and which nodes are registered with which TTL. A request that changes
 * this is answered when the change is on disk. A refresh, by far the most frequent request, changes
 * only the moment of expiry, which is not kept at all: after a start every node gets its whole TTL
 * anew. Keeping it would be wrong as well as slow: while the service was down no agent could
 * refresh, the moments kept would have passed, and the manager would take every node for dead and
 * start its containers a second time elsewhere. The price is that a node that died shortly before a
 * restart is listed for one TTL longer, which the manager notices by itself. For the same reason a
 * refresh is answered 200 when the disk is full.
 */
export class Store {
  readonly #registry: Registry;
  readonly #commits: Commits;
  readonly #limits: StoreOptions['limits'];
  readonly #fixed: ReadonlySet<string>;
  readonly #now: () => number;
  readonly #log: (message: string) => void;
  /** Registrations on their way to the disk, by token and address. */
  readonly #underWay = new Map<string, Map<string, Registration>>();
  #clustersUnderWay = 0;
  #nodesUnderWay = 0;
  #nextProbe = 0;

  private constructor(options: StoreOptions, registry: Registry, commits: Commits) {
    this.#registry = registry;
    this.#commits = commits;
    this.#limits = options.limits;
    this.#fixed = new Set(options.fixedTokens);
    this.#now = options.now;
    this.#log = options.log;
  }

  /**
   * Opens what the folder holds.
   * @throws {ServiceError} when it is damaged
   * @throws {Refusal} when fixed tokens are new and cannot be written
   */
  static async open(options: StoreOptions): Promise<Store> {
    const { journal, clusters, changes } = await Journal.open(options.folder, options.log);
    const registry = new Registry(options.now);
    registry.restore(clusters);
    for (const change of changes) registry.apply(change);
    const commits = new Commits(journal, registry, options.log);
    const store = new Store(options, registry, commits);
    const missing = options.fixedTokens.filter((token) => !registry.has(token));
    try {
      // Kept as well, so that the nodes of one that is later taken from the file are not orphans.
      if (missing.length > 0) await commits.add(missing.map((token) => ({ op: 'create', token })));
    } catch (error) {
      await commits.close();
      throw error;
    }
    return store;
  }

  get clusterCount(): number {
    return this.#registry.clusterCount;
  }

  get nodeCount(): number {
    return this.#registry.entryCount;
  }

  /** Why nothing new can be registered at present; undefined while all is well. */
  get trouble(): string | undefined {
    return this.#commits.trouble?.message;
  }

  /**
   * Makes a cluster without nodes and returns its token.
   * @throws {Refusal} 507 when there are too many, or the disk is full; 503 when it fails otherwise
   */
  async create(): Promise<string> {
    if (this.#registry.clusterCount + this.#clustersUnderWay >= this.#limits.clusters) {
      throw new Refusal(507, `there are ${this.#limits.clusters} clusters already; delete one`);
    }
    const token = newToken();
    this.#clustersUnderWay += 1;
    try {
      await this.#commits.add([{ op: 'create', token }]);
    } finally {
      this.#clustersUnderWay -= 1;
    }
    return token;
  }

  /**
   * Lists a node for so many seconds from now.
   * @throws {Refusal} 404 for an unknown token; 507 when there are too many nodes or, for one that
   *   is not registered yet, the disk is full; 503 when it fails otherwise
   */
  async register(token: string, address: string, ttl: number): Promise<void> {
    if (!this.#registry.has(token)) throw unknownToken();
    // With the old TTL even if the new one cannot be written: this node is alive.
    const known = this.#registry.touch(token, address);
    const underWay = this.#underWay.get(token)?.get(address);
    if (underWay === undefined ? known === ttl : underWay.ttl === ttl) return underWay?.done;
    if (known === undefined && underWay === undefined) this.#checkRoom(token);
    return this.#track(token, address, ttl);
  }

  /**
   * The addresses of a cluster's nodes, sorted.
   * @throws {Refusal} 404 for an unknown token
   */
  list(token: string): readonly string[] {
    const addresses = this.#registry.list(token);
    if (addresses === undefined) throw unknownToken();
    return addresses;
  }

  /**
   * Deletes a cluster and its nodes.
   * @throws {Refusal} 404 for an unknown token, 409 for one of the token file; 507 and 503 as above
   */
  async delete(token: string): Promise<void> {
    if (!this.#registry.has(token)) throw unknownToken();
    if (this.#fixed.has(token)) {
      throw new Refusal(409, 'this token stands in the token file of the service and stays');
    }
    const [existed] = await this.#commits.add([{ op: 'delete', token }]);
    if (existed !== true) throw unknownToken();
  }

  /** Drops expired nodes and looks after a disk in trouble; to be called about twice a second. */
  tick(): void {
    const gone = this.#registry.collect(
      // Else the journal would hold the registration before the expiry, and memory the reverse.
      (token, address) => this.#underWay.get(token)?.has(address) === true,
    );
    for (const { token, address } of gone) this.#log(`expired ${address} of ${shortToken(token)}`);
    if (gone.length > 0) this.#write(gone);
    else if (this.#commits.needsCare && this.#now() >= this.#nextProbe) {
      this.#nextProbe = this.#now() + PROBE_INTERVAL;
      this.#write([]);
    }
  }

  /** Waits until everything under way is on disk. */
  async close(): Promise<void> {
    await this.#commits.close();
  }

  #write(changes: readonly Change[]): void {
    // An expiry that is not written is no harm: after a restart the node expires again.
    this.#commits.add(changes).catch(() => {
      this.#commits.markStale();
    });
  }

  #checkRoom(token: string): void {
    const { nodesPerCluster, nodes } = this.#limits;
    const underWay = this.#underWay.get(token)?.size ?? 0;
    if (this.#registry.countOf(token) + underWay >= nodesPerCluster) {
      throw new Refusal(507, `the cluster has ${nodesPerCluster} nodes already`);
    }
    if (this.#registry.entryCount + this.#nodesUnderWay >= nodes) {
      throw new Refusal(507, `the service has ${nodes} nodes already`);
    }
  }

  /** Registers and remembers it meanwhile: the same request once more waits for the same write. */
  async #track(token: string, address: string, ttl: number): Promise<void> {
    const ofCluster = this.#underWay.get(token) ?? new Map<string, Registration>();
    this.#underWay.set(token, ofCluster);
    const done = this.#commits.add([{ op: 'register', token, address, ttl }]).then(([existed]) => {
      // The cluster was deleted by a change that went to disk just before this one.
      if (existed !== true) throw unknownToken();
    });
    const registration = { ttl, done };
    ofCluster.set(address, registration);
    this.#nodesUnderWay += 1;
    try {
      await done;
    } finally {
      this.#nodesUnderWay -= 1;
      if (ofCluster.get(address) === registration) ofCluster.delete(address);
      if (ofCluster.size === 0) this.#underWay.delete(token);
    }
  }
}

function unknownToken(): Refusal {
  return new Refusal(404, 'there is no cluster with this token');
}
