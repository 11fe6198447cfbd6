import { problemOfAddress } from './address.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import { isToken } from './token.ts';

const DEFAULT_TTL = 180;
const SHORTEST_TTL = 1;
const LONGEST_TTL = 86_400;
const LONGEST_URL = 1024;

/** A request as far as it matters here. */
interface Question {
  readonly method: string;
  /** Path and query, or a whole URL. */
  readonly url: string;
  /** Reads the body; throws a `Refusal` when there is too much of it. */
  readonly body: () => Promise<string>;
  /** Whether the client may create and delete clusters. */
  readonly mayManage: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text; an object or array becomes JSON. */
  readonly body?: string | object;
  /** For the log. */
  readonly note?: string;
}

/** What the routes use of the store. */
export type Clusters = Pick<
  Store,
  'create' | 'register' | 'list' | 'delete' | 'clusterCount' | 'nodeCount' | 'trouble'
>;

type Handler = (clusters: Clusters, question: Question) => Answer | Promise<Answer>;

interface Route {
  readonly methods: Readonly<Record<string, Handler>>;
  /** What was matched: the token. */
  readonly token?: string;
}

/**
 * Answers a request by the protocol of Docker Hub's late discovery service.
 * (swarm, discovery/token/token.go)
 * @throws {Refusal} with the status and the sentence to answer
 */
export async function answer(
  clusters: Clusters,
  version: string,
  question: Question,
): Promise<Answer> {
  const { method, url } = question;
  if (url.length > LONGEST_URL) {
    throw new Refusal(414, `the address of a request has at most ${LONGEST_URL} characters`);
  }
  const { methods } = findRoute(pathOf(url), version);
  // HEAD is answered as GET is; Node leaves out the body.
  const handler = Object.hasOwn(methods, method)
    ? methods[method]
    : method === 'HEAD'
      ? methods.GET
      : undefined;
  if (handler === undefined) {
    const allowed = Object.keys(methods).flatMap((name) =>
      name === 'GET' ? [name, 'HEAD'] : name,
    );
    return {
      status: 405,
      headers: { Allow: allowed.join(', ') },
      body: `this path takes ${allowed.join(', ')}\n`,
      note: 'method not allowed',
    };
  }
  return handler(clusters, question);
}

function findRoute(path: string, version: string): Route {
  if (/^(\/v1)?\/healthz$/.test(path)) return { methods: { GET: health(version) } };
  const found = /^(?:\/v1)?\/clusters(?:\/([^/]*))?$/.exec(path);
  if (found === null) {
    throw new Refusal(
      404,
      'there is nothing here; the paths are /v1/clusters[/TOKEN] and /healthz',
    );
  }
  const token = found[1];
  if (token === undefined) return { methods: { POST: create } };
  return {
    methods: { GET: list(token), POST: register(token), DELETE: remove(token) },
  };
}

function health(version: string): Handler {
  return (clusters) => ({
    status: 200,
    body: {
      status: clusters.trouble === undefined ? 'ok' : 'degraded',
      ...(clusters.trouble === undefined ? {} : { reason: clusters.trouble }),
      version,
      clusters: clusters.clusterCount,
      entries: clusters.nodeCount,
    },
  });
}

const create: Handler = async (clusters, question) => {
  checkManager(question);
  if ((await question.body()) !== '') {
    throw new Refusal(400, 'to create a cluster send no body; to register a node, name the token');
  }
  return { status: 200, body: await clusters.create() };
};

function register(token: string): Handler {
  return async (clusters, question) => {
    checkToken(token);
    const ttl = ttlOf(question.url);
    const address = await question.body();
    const problem = problemOfAddress(address);
    if (problem !== undefined) throw new Refusal(400, problem);
    await clusters.register(token, address, ttl);
    return { status: 200, note: address };
  };
}

function list(token: string): Handler {
  return (clusters) => {
    checkToken(token);
    return { status: 200, body: clusters.list(token) };
  };
}

function remove(token: string): Handler {
  return async (clusters, question) => {
    checkManager(question);
    checkToken(token);
    await clusters.delete(token);
    return { status: 204 };
  };
}

function checkManager({ mayManage }: Question): void {
  if (mayManage) return;
  throw new Refusal(
    403,
    'to create or delete a cluster show a client certificate of the CA that this service was given',
  );
}

function checkToken(token: string): void {
  if (!isToken(token)) throw new Refusal(404, 'there is no cluster with this token');
}

/** Seconds from `?ttl=`. Swarm sends whole ones and looks at no answer, so slips must not be guessed at. */
function ttlOf(url: string): number {
  const given = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '').getAll('ttl');
  const [text] = given;
  if (text === undefined) return DEFAULT_TTL;
  const ttl = /^\d{1,9}$/.test(text) && given.length === 1 ? Number(text) : NaN;
  if (ttl >= SHORTEST_TTL && ttl <= LONGEST_TTL) return ttl;
  throw new Refusal(400, `ttl must be a whole number of seconds from 1 to ${LONGEST_TTL}`);
}

/** The path; a proxy may send a whole URL, which servers must take. (RFC 9112 §3.2.2) */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
