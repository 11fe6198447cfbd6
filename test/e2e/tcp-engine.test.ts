import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContext } from '../../src/engine/docker-context.ts';
import type { EngineEndpoint } from '../../src/engine/endpoint.ts';
import { resolveEndpoint } from '../../src/engine/resolve-endpoint.ts';
import { SwarmctlError } from '../../src/errors.ts';
import { judgeForeignTls } from '../../src/hosts/tcp/foreign-tls.ts';
import { lookAtTcpEngine } from '../../src/hosts/tcp/look.ts';
import { issueCertificate, type KeyPair } from '../../src/pki/index.ts';
import { IMAGE_DEADLINE, TcpPlace, clientOf, tcp } from '../helpers/tcp-place.ts';
import type { TcpHost } from '../sandbox/tcp-host.mjs';

const { signal } = new AbortController();
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

let place: TcpPlace;
let host: TcpHost;
let plainHost: TcpHost;
let authority: KeyPair;
let other: KeyPair;
let server: KeyPair;
let client: KeyPair;

beforeAll(async () => {
  place = await TcpPlace.open();
  [host, plainHost] = [await place.prepare(), await place.prepare()];
  [authority, other] = [await place.authority('Example Root'), await place.authority('Other Root')];
  const names = [`IP:${host.address}`, 'IP:127.0.0.1', 'DNS:engine.example.org'];
  server = await place.leaf(authority, { commonName: 'engine', usages: ['serverAuth'], names });
  client = await place.leaf(authority, { commonName: 'alice', usages: ['clientAuth'] });
  await place.serve(plainHost);
  await place.serve(host, { authority, server });
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

/** The error of an engine that cannot be used, and how long it took. */
async function failureOf(endpoint: EngineEndpoint) {
  const started = Date.now();
  const error: unknown = await lookAtTcpEngine(endpoint, signal).catch((reason: unknown) => reason);
  if (!(error instanceof SwarmctlError)) throw new Error('no SwarmctlError', { cause: error });
  expect(error.code).toBe('ENGINE_UNREACHABLE');
  expect(error.suggestions.length).toBeGreaterThan(0);
  const milliseconds = Date.now() - started;
  return { error, message: error.message, milliseconds };
}

const prefix = (address: string, port = 2376) =>
  `cannot use the engine at tcp://${address}:${String(port)}: `;

describe('an engine with TLS of another CA', () => {
  it('says what it is', async () => {
    const facts = await lookAtTcpEngine(tcp(host.address, clientOf(authority, client)), signal);
    const said = await host.exec('docker', 'version', '--format', '{{json .Server}}');
    const { Version, ApiVersion, MinAPIVersion } = JSON.parse(said) as Record<string, string>;
    // sid goes on, and then this engine is newer.
    expect(Number.parseInt(facts.version)).toBeGreaterThanOrEqual(28);
    expect(facts).toMatchObject({
      name: host.name,
      os: 'linux',
      version: Version,
      api: ApiVersion,
      minApi: MinAPIVersion,
    });
    expect(facts.id).not.toBe('');
    expect(Math.abs(facts.clock - Date.now() / 1000)).toBeLessThan(5);
    expect(facts.swarm).toEqual([]);
    expect(facts.certificate).toMatchObject({
      subject: 'CN=engine',
      issuer: 'C=DE, O=Example Org, CN=Example Root',
      daysLeft: 19,
    });
    expect(facts.certificate?.names).toEqual([host.address, '127.0.0.1', 'engine.example.org']);
  });

  it('tells containers of a swarm that somebody made by hand', async () => {
    // An image of nothing: the container never runs.
    await host.exec('sh', '-c', 'tar -cf - -T /dev/null | docker import - swarm:1.2.9');
    await host.exec('docker', 'create', '--name', 'by-hand', 'swarm:1.2.9', '/swarm', 'join', 'x');
    await host.exec('docker', 'tag', 'swarm:1.2.9', 'unrelated');
    await host.exec('docker', 'create', '--name', 'foreign', 'unrelated', '/bin/true');
    const facts = await lookAtTcpEngine(tcp(host.address, clientOf(authority, client)), signal);
    expect(facts.swarm).toEqual([
      { name: 'by-hand', image: 'swarm:1.2.9', running: false, cluster: undefined },
    ]);
    await host.exec('docker', 'rm', 'by-hand', 'foreign');
  });

  it('is judged before it is asked, and openssl’s certificates pass', async () => {
    const both = await place.leaf(authority, {
      commonName: 'manager',
      usages: ['serverAuth', 'clientAuth'],
      names: [`IP:${host.address}`],
    });
    const judge = (pair: KeyPair, caKey?: string) =>
      judgeForeignTls(
        {
          hosts: [{ name: 'a', tls: clientOf(authority, pair) }],
          caKey,
          manager: { names: [host.address] },
        },
        new Date(),
      );
    expect(judge(both)).toMatchObject({ problems: [], plan: 'their certificate' });
    expect(judge(client).problems).toHaveLength(2);
    const issued = judge(client, authority.privateKey);
    expect(issued).toMatchObject({ problems: [], plan: 'issued by their CA' });
    // What is issued with their key is accepted by their engine.
    if (!issued.authority) throw new Error('no authority');
    const ours = await issueCertificate(issued.authority, {
      commonName: 'swarmctl',
      usages: ['server', 'client'],
      names: [host.address],
    });
    const facts = await lookAtTcpEngine(tcp(host.address, clientOf(authority, ours)), signal);
    expect(facts.name).toBe(host.name);
  });
});

describe('a client certificate that the engine refuses', () => {
  it('is of another CA', async () => {
    const eve = await place.leaf(other, { commonName: 'eve', usages: ['clientAuth'] });
    const { message, error, milliseconds } = await failureOf(
      tcp(host.address, clientOf(authority, eve)),
    );
    expect(message).toBe(
      `${prefix(host.address)}it refuses the client certificate "eve": it does not trust the CA ` +
        '"C=DE, O=Example Org, CN=Other Root" that issued it',
    );
    expect(error.host).toBe(host.address);
    expect(milliseconds).toBeLessThan(5000);
  });

  it('has expired', async () => {
    const request = { commonName: 'late', usages: ['client'] as const, names: [] };
    const late = await issueCertificate(authority, { ...request, days: 30, now: LONG_AGO });
    const { message, milliseconds } = await failureOf(tcp(host.address, clientOf(authority, late)));
    expect(message).toBe(
      `${prefix(host.address)}it refuses the client certificate "late", which expired on 2020-01-31 00:00:00 UTC`,
    );
    expect(milliseconds).toBeLessThan(5000);
  });

  it('is not for clients', async () => {
    const wrong = await place.leaf(authority, { commonName: 'wrong', usages: ['serverAuth'] });
    const { message } = await failureOf(tcp(host.address, clientOf(authority, wrong)));
    expect(message).toMatch(/it refuses the client certificate "wrong" \(TLS alert: /);
  });

  it('is told every time, however the alert and the request race', async () => {
    const eve = await place.leaf(other, { commonName: 'eve', usages: ['clientAuth'] });
    for (let attempt = 0; attempt < 20; attempt++) {
      const { message } = await failureOf(tcp(host.address, clientOf(authority, eve)));
      expect(message).toContain('it refuses the client certificate "eve"');
    }
  });
});

describe('a server certificate that cannot be trusted', () => {
  it('is of another CA than the one given', async () => {
    const { message } = await failureOf(tcp(host.address, clientOf(other, client)));
    expect(message).toBe(
      `${prefix(host.address)}its certificate (CN=engine) was not issued by the CA "Other Root", ` +
        'but by "C=DE, O=Example Org, CN=Example Root"',
    );
  });

  it('is for another name', async () => {
    const tls = { ...clientOf(authority, client), identities: ['10.99.99.99'] };
    const { message } = await failureOf(tcp(host.address, tls));
    expect(message).toBe(
      `${prefix(host.address)}its certificate is not valid for 10.99.99.99: ` +
        `only for ${host.address}, 127.0.0.1, engine.example.org`,
    );
  });

  it('has expired, or names nothing', async () => {
    const late = await issueCertificate(authority, {
      commonName: 'engine',
      usages: ['server'],
      names: [host.address],
      days: 30,
      now: LONG_AGO,
    });
    await place.serve(host, { authority, server: late });
    const expired = await failureOf(tcp(host.address, clientOf(authority, client)));
    expect(expired.message).toBe(
      `${prefix(host.address)}its certificate "engine" expired on 2020-01-31 00:00:00 UTC`,
    );
    expect(expired.milliseconds).toBeLessThan(5000);

    const nameless = await place.leaf(authority, { commonName: 'engine', usages: ['serverAuth'] });
    await place.serve(host, { authority, server: nameless });
    const unnamed = await failureOf(tcp(host.address, clientOf(authority, client)));
    expect(unnamed.message).toBe(
      `${prefix(host.address)}its certificate is not valid for ${host.address}: it names none`,
    );
    await place.serve(host, { authority, server });
  });
});

describe('what is no engine with TLS', () => {
  it('is an engine without TLS', async () => {
    const { message, milliseconds } = await failureOf(
      tcp(plainHost.address, clientOf(authority, client)),
    );
    expect(message).toBe(`${prefix(plainHost.address)}what listens there has no TLS`);
    expect(milliseconds).toBeLessThan(5000);
    // Who insists gets what there is.
    const facts = await lookAtTcpEngine(tcp(plainHost.address), signal);
    expect(facts).toMatchObject({ name: plainHost.name, certificate: undefined });
  });

  it('is an engine with TLS that is asked without', async () => {
    const { message } = await failureOf(tcp(host.address));
    expect(message).toBe(`${prefix(host.address)}it wants TLS`);
  });

  it('is nothing at all', async () => {
    const { message, milliseconds } = await failureOf(
      tcp(host.address, clientOf(authority, client), 2399),
    );
    expect(message).toBe(
      `${prefix(host.address, 2399)}the connection was refused: nothing listens there`,
    );
    expect(milliseconds).toBeLessThan(2000);
  });

  it('is a port whose packets get lost', async () => {
    const rule = ['INPUT', '-p', 'tcp', '--dport', '2376', '-j', 'DROP'];
    await host.exec('iptables', '-I', ...rule);
    const { message, milliseconds } = await failureOf(
      tcp(host.address, clientOf(authority, client)),
    );
    await host.exec('iptables', '-D', ...rule);
    expect(message).toBe(`${prefix(host.address)}nothing answers: packets to port 2376 get lost`);
    expect(milliseconds).toBeLessThan(6000);
  });

  it('is an engine that stands still', async () => {
    await host.freeze();
    const { message, milliseconds } = await failureOf(
      tcp(host.address, clientOf(authority, client)),
    );
    await host.thaw();
    expect(message).toBe(
      `${prefix(host.address)}it takes connections, but does not answer in time`,
    );
    expect(milliseconds).toBeLessThan(20_000);
  });

  it('ends with the reason of whoever gave up first', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const tls = clientOf(authority, client);
    await expect(lookAtTcpEngine(tcp(host.address, tls), controller.signal)).rejects.toThrow(
      'enough',
    );
  });
});

describe('a context made by the docker CLI', () => {
  const env = () => ({ ...process.env, DOCKER_CONFIG: place.folder, DOCKER_HOST: '' });

  async function create(name: string, endpoint: string): Promise<void> {
    await execa('docker', ['context', 'create', name, '--docker', endpoint], { env: env() });
  }

  it('leads to the engine', async () => {
    const files = { 'my-ca': authority.certificate, 'my-cert': client.certificate };
    for (const [file, text] of Object.entries({ ...files, 'my-key': client.privateKey })) {
      await writeFile(path.join(place.folder, file), text, { mode: 0o600 });
    }
    const at = (file: string) => path.join(place.folder, file);
    const url = `tcp://${host.address}:2376`;
    await create('far', `host=${url},ca=${at('my-ca')},cert=${at('my-cert')},key=${at('my-key')}`);
    const context = await readContext(place.folder, 'far');
    expect(context).toEqual({ host: url, tls: clientOf(authority, client), skipVerify: false });
    const chosen = { DOCKER_CONFIG: place.folder, DOCKER_CONTEXT: 'far' };
    const { endpoint } = await resolveEndpoint(chosen, '/nowhere');
    expect((await lookAtTcpEngine(endpoint, signal)).name).toBe(host.name);
  });

  it('is read as it is: ssh, sockets, and what verifies nothing', async () => {
    await create('by-ssh', 'host=ssh://me@example.org:2222');
    await create('by-socket', 'host=unix:///run/other.sock');
    await create('loose', `host=tcp://${host.address}:2376,skip-tls-verify=true`);
    const read = (name: string) => readContext(place.folder, name);
    expect(await read('by-ssh')).toEqual({
      host: 'ssh://me@example.org:2222',
      skipVerify: false,
    });
    expect(await read('by-socket')).toEqual({
      host: 'unix:///run/other.sock',
      skipVerify: false,
    });
    expect(await read('loose')).toEqual({
      host: `tcp://${host.address}:2376`,
      skipVerify: true,
    });
    await expect(read('by-shh')).rejects.toMatchObject({
      message: 'there is no docker context "by-shh"',
      suggestions: [
        'did you mean by-ssh?',
        'docker context ls (known are: default, by-socket, by-ssh, far, loose)',
      ],
    });
  });
});
