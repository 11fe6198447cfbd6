import type { ClusterRecord } from '../cluster/record.ts';
import { parseStoreUrl, splitToken, type StoreUrl } from '../discovery/index.ts';
import { SwarmctlError } from '../errors.ts';
import type { StoreEndpoint } from '../stores/address.ts';
import { StoreError } from '../stores/store-error.ts';
import { createToken, deleteToken, listRegistered } from '../stores/token.ts';
import { withCluster } from './with-cluster.ts';
import type { ActionContext } from './context.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';

/** A token and how it is used: `token://host:port/v1/TOKEN`. */
interface Token {
  readonly url: string;
}

/** A token with the nodes that are registered under it, `host:port` each. */
interface ShownToken extends Token {
  readonly members: readonly string[];
}

interface Service {
  readonly url: StoreUrl;
  readonly endpoint: StoreEndpoint;
}

/** Makes a token at the service of a cluster or, where a URL is given, there. */
export async function makeToken(
  at: { readonly cluster: string | undefined; readonly service: string | undefined },
  files: PemFiles,
  context: ActionContext,
): Promise<Token> {
  if (at.service === undefined) {
    return atCluster(at.cluster, context, async ({ url, endpoint }) => ({
      url: tokenUrl(url, await told(createToken(endpoint, url.path, context.signal))),
    }));
  }
  const { url, endpoint } = await serviceAt(at.service.replace('https://', 'token://'), files);
  const token = await told(createToken(endpoint, url.path, context.signal));
  return { url: tokenUrl(url, token) };
}

/** What is registered under a token, which is given by its URL or by its cluster. */
export async function showToken(
  what: string | undefined,
  files: PemFiles,
  context: ActionContext,
): Promise<ShownToken> {
  const { signal } = context;
  if (!what?.includes('://')) {
    return atCluster(what, context, async ({ url, endpoint }, { token }) => ({
      url: tokenUrl(url, token ?? ''),
      members: await told(listRegistered(endpoint, url.path, token ?? '', signal)),
    }));
  }
  const { url: at, token } = requireToken(what);
  const { url, endpoint } = await serviceAt(at, files);
  return { url: what, members: await told(listRegistered(endpoint, url.path, token, signal)) };
}

/** Removes a token and all that is registered under it. */
export async function removeToken(
  what: string,
  files: PemFiles,
  { signal }: ActionContext,
): Promise<Token> {
  const { url: at, token } = requireToken(what);
  const { url, endpoint } = await serviceAt(at, files);
  await told(deleteToken(endpoint, url.path, token, signal));
  return { url: what };
}

/** What a token service refuses is no fault of swarmctl. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new SwarmctlError('DISCOVERY', error.message, {
      cause: error,
      suggestions: [
        'see --ca, --cert and --key: making and removing tokens may take a certificate',
      ],
    });
  }
}

/** Does `work` with the token service of a cluster, as its hosts and as this machine reach it. */
async function atCluster<T>(
  name: string | undefined,
  context: ActionContext,
  work: (service: Service, record: ClusterRecord) => Promise<T>,
): Promise<T> {
  return withCluster(name, context, async ({ record, discovery, store }) => {
    const { url: at } = splitToken(discovery.wiring(record).url);
    const url = parseStoreUrl(at);
    if (discovery.kind !== 'token' || typeof url === 'string') {
      throw new SwarmctlError(
        'USAGE',
        `cluster ${record.spec.name} has ${discovery.kind} discovery, and so no token`,
        { suggestions: ['swarmctl token create --service https://HOST:PORT/v1'] },
      );
    }
    return work({ url, endpoint: await store.endpoint() }, record);
  });
}

async function serviceAt(text: string, files: PemFiles): Promise<Service> {
  const { tls, problems } = await readPemFiles(files, '');
  const url = parseStoreUrl(text);
  if (typeof url === 'string') problems.unshift(url);
  else if (url.scheme !== 'token' || url.addresses.length > 1) {
    problems.unshift(`"${text}" is no token service: it has one address, https://host:port/v1`);
  }
  if (typeof url === 'string' || problems.length > 0) {
    throw new SwarmctlError('USAGE', problems.join('\n'), {
      suggestions: ['swarmctl token --help'],
    });
  }
  const { ca, cert, key } = tls ?? {};
  const given = { ca, cert: cert ?? undefined, key: key ?? undefined };
  return { url, endpoint: { addresses: url.addresses, tls: given } };
}

function requireToken(text: string): { url: string; token: string } {
  const { url, token } = splitToken(text);
  if (token !== null) return { url, token };
  throw new SwarmctlError('USAGE', `"${text}" does not look like token://host:port/v1/TOKEN`);
}

function tokenUrl({ servers, path }: StoreUrl, token: string): string {
  return `token://${[servers, path, token].filter(Boolean).join('/')}`;
}
