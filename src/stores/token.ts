import { sayAddress, type StoreEndpoint } from './address.ts';
import { clientOf, type HttpAnswer, type HttpClient } from './http.ts';
import { StoreError } from './store-error.ts';
import { within } from './within.ts';

/**
 * The protocol of Docker Hub's former token discovery, as swarm speaks it and swarmctl's own service
 * serves it. `base` is the path before `/clusters`, such as `v1`. Whatever fails rejects with a
 * StoreError that says why; an aborted signal, with its own reason. (swarm, discovery/token)
 */

const DEADLINE = 5000;

const MAKING = 'making a token';

/** Text that a service chose for a cluster; swarm would take any, the Hub's were 32 hex digits. */
const TOKEN = /^[\w-]{16,128}$/;

/** `host:port` of every node registered under a token, sorted. */
export function listRegistered(
  service: StoreEndpoint,
  base: string,
  token: string,
  signal: AbortSignal,
): Promise<string[]> {
  return ask(service, signal, async (client, limit) => {
    const answer = await client.ask(`${clusters(base)}/${token}`, limit);
    demand(client, answer, 'listing the nodes', 200);
    if (!Array.isArray(answer.json)) {
      throw new StoreError(`${client.server}: what answers is not a token service`);
    }
    return (answer.json as string[]).sort();
  });
}

/** Has a new token made. */
export function createToken(
  service: StoreEndpoint,
  base: string,
  signal: AbortSignal,
): Promise<string> {
  return ask(service, signal, async (client, limit) => {
    const answer = await client.ask(clusters(base), limit, { method: 'POST', body: '' });
    demand(client, answer, MAKING, 200, 201);
    const token = answer.text.trim();
    if (!TOKEN.test(token)) {
      throw new StoreError(`${client.server}: what answers is not a token service`);
    }
    return token;
  });
}

/** Removes a token and all that is registered under it; one that is gone is fine. */
export function deleteToken(
  service: StoreEndpoint,
  base: string,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  return ask(service, signal, async (client, limit) => {
    const answer = await client.ask(`${clusters(base)}/${token}`, limit, { method: 'DELETE' });
    demand(client, answer, 'removing the token', 200, 204, 404);
  });
}

async function ask<T>(
  service: StoreEndpoint,
  signal: AbortSignal,
  work: (client: HttpClient, limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const [address] = service.addresses;
  if (!address) throw new StoreError('a token service has one address');
  // Swarm speaks https to a token service, whatever the URL says.
  const client = clientOf(service, address, service.tls ?? {});
  return within(DEADLINE, sayAddress(address), signal, (limit) => work(client, limit));
}

function clusters(base: string): string {
  return `${base === '' ? '' : `/${base}`}/clusters`;
}

function demand(client: HttpClient, answer: HttpAnswer, what: string, ...wanted: number[]): void {
  if (wanted.includes(answer.status)) return;
  const said = answer.text.trim().slice(0, 200);
  throw new StoreError(
    answer.status === 404 && what !== MAKING
      ? `${client.server}: the token is not known there`
      : `${client.server}: the token service answers ${what} with status ${answer.status}: ${said}`,
    { status: answer.status },
  );
}
