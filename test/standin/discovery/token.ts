import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { FatalError } from '../cli/fatal.ts';
import { requirePorts } from './addresses.ts';
import type { Discovery, DiscoverySettings } from './discovery.ts';
import { poll } from './poll.ts';
import { readRoots } from './roots.ts';

/** Where a token without a server was registered; nobody answers there any more. */
const HUB = 'discovery.hub.docker.com/v1';

/**
 * `[host[:port][/path]/]TOKEN`: a service that keeps addresses under a token, over HTTPS only. It is
 * its duty to forget what is not registered again within the TTL.
 */
export function createTokenDiscovery(rest: string, settings: DiscoverySettings): Discovery {
  const [, base = HUB, token = ''] = /^(?:(.*)\/)?([^/]*)$/s.exec(rest) ?? [];
  if (token === '') throw new FatalError('token is empty');
  const url = `https://${base}/clusters/${token}`;
  // Made once: a bundle of all public CAs takes its time to read.
  const secureContext = createSecureContext({ ca: readRoots(process.env) });
  const agent = new https.Agent({ secureContext });
  return {
    async register(address) {
      const ttl = String(Math.floor(settings.ttlMs / 1000));
      // Whatever it answers: a refusal is seen by nobody.
      await send('Post', `${url}?ttl=${ttl}`, agent, address);
    },
    watch: (watcher, signal) =>
      poll(() => readList(url, agent), settings.heartbeatMs, watcher, signal),
  };
}

async function readList(url: string, agent: https.Agent): Promise<string[]> {
  const { status, text } = await send('Get', url, agent);
  if (status !== 200) {
    throw new Error(
      `Failed to fetch entries, Discovery service returned ${status} HTTP status code`,
    );
  }
  const addresses = decode(text).filter((address) => address !== '');
  requirePorts(addresses);
  return addresses;
}

function decode(text: string): string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new Error(`Failed to decode response: ${(error as Error).message}`);
  }
  if (list === null) return [];
  if (!Array.isArray(list) || list.some((each) => typeof each !== 'string')) {
    throw new Error('Failed to decode response: json: cannot unmarshal into []string');
  }
  return list as string[];
}

/** The method as it begins the sentence about an error. */
function send(
  method: 'Get' | 'Post',
  url: string,
  agent: https.Agent,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new Error(`${method} ${url}: ${reasonOf(error)}`));
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    https
      .request(url, { method: method.toUpperCase(), agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', fail);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
      .on('error', fail)
      .end(body);
  });
}

const UNKNOWN_AUTHORITY = 'x509: certificate signed by unknown authority';

const reasons: Record<string, string> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'x509: certificate has expired or is not yet valid',
  EPROTO: 'http: server gave HTTP response to HTTPS client',
};

function reasonOf(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const { code = '', message, address = '', port = 0 } = error;
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connection refused`;
  return reasons[code] ?? message;
}
