import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { judgeForeignTls } from '../../src/hosts/tcp/foreign-tls.ts';
import { issueCertificate, type KeyPair } from '../../src/pki/index.ts';
import { eventually } from '../helpers/eventually.ts';
import { sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, TcpPlace, clientOf, tcp } from '../helpers/tcp-place.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import type { TcpHost } from '../sandbox/tcp-host.mjs';

const { signal } = new AbortController();

let place: TcpPlace;
let host: TcpHost;
let image = '';

beforeAll(async () => {
  place = await TcpPlace.open();
  host = await place.prepare();
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
});

/** Runs the engine with TLS of a CA, and swarm in it. */
async function serve(authority: KeyPair): Promise<void> {
  const names = [`IP:${host.address}`];
  const server = await place.leaf(authority, {
    commonName: 'engine',
    usages: ['serverAuth'],
    names,
  });
  await place.serve(host, { authority, server });
  image ||= await loadSwarm();
}

/** The real swarm where there is one, else what stands in for it. */
async function loadSwarm(): Promise<string> {
  let archive = process.env.SWARMCTL_TEST_SWARM_ARCHIVE;
  if (archive === undefined) {
    archive = path.join(place.folder, 'swarm.tar');
    const standIn = process.env.SWARMCTL_TEST_STANDIN_IMAGE ?? '';
    await dockerAt(sandbox.engine())(['save', '--output', archive, standIn]);
  }
  await host.copy(archive, '/swarm.tar');
  const said = await host.exec('docker', 'load', '--input', '/swarm.tar');
  return /Loaded image: (\S+)/.exec(said)?.[1] ?? '';
}

/** What a manager with this certificate says of its only node. */
async function statusOfNode(authority: KeyPair, manager: KeyPair): Promise<Map<string, string>> {
  await host.exec('rm', '-rf', '/manager');
  await host.copy(await place.credentials(authority, manager), '/manager');
  await host.exec('docker', 'rm', '--force', 'manager');
  await host.exec(
    ...['docker', 'run', '--detach', '--name', 'manager', '--publish', '3376:3376'],
    ...['--volume', '/manager:/manager:ro', image, 'manage', '--host', 'tcp://0.0.0.0:3376'],
    ...['--tlsverify', '--tlscacert=/manager/ca.pem', '--tlscert=/manager/cert.pem'],
    ...['--tlskey=/manager/key.pem', `nodes://${host.address}:2376`],
  );
  const client = await place.leaf(authority, { commonName: 'alice', usages: ['clientAuth'] });
  const engine = new Engine(tcp(host.address, clientOf(authority, client), 3376));
  try {
    return await eventually(
      async () => {
        const { SystemStatus } = await engine.info(signal).catch(() => ({ SystemStatus: [] }));
        const entries = SystemStatus ?? [];
        return new Map(entries.map(([name, value]) => [name.replace(/^\W+/, ''), value]));
      },
      (node) => node.get('Status') === 'Healthy',
    );
  } finally {
    engine.close();
  }
}

function judge(authority: KeyPair, pair: KeyPair, caKey?: string) {
  const hosts = [{ name: 'a', tls: clientOf(authority, pair) }];
  const manager = { names: [host.address] };
  return judgeForeignTls({ hosts, caKey, manager }, new Date(Date.now() + 60_000));
}

describe('swarm’s manager and an engine of another CA', () => {
  it('go together with a certificate of that CA that was found good', async () => {
    const authority = await place.authority('Example Root');
    await serve(authority);
    const both = await place.leaf(authority, {
      commonName: 'manager',
      usages: ['serverAuth', 'clientAuth'],
      names: [`IP:${host.address}`],
    });
    const { manager, problems } = judge(authority, both);
    expect(problems).toEqual([]);
    if (!manager) throw new Error('no certificate');
    expect((await statusOfNode(authority, manager)).get('Status')).toBe('Healthy');
  });

  it.each([
    ['RSA', ['rsa:2048']],
    ['ECDSA on P-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1']],
    ['ECDSA on P-521', ['ec', '-pkeyopt', 'ec_paramgen_curve:secp521r1']],
  ])('go together with one that we issue with its key: %s', async (_name, key) => {
    const root = await place.authority('Example Root', key);
    await serve(root);
    const client = await place.leaf(root, { commonName: 'alice', usages: ['clientAuth'] });
    const { authority, problems } = judge(root, client, root.privateKey);
    expect(problems).toEqual([]);
    if (!authority) throw new Error('no authority');
    const manager = await issueCertificate(authority, {
      commonName: 'swarm manager',
      usages: ['server', 'client'],
      names: [host.address],
    });
    expect((await statusOfNode(root, manager)).get('Status')).toBe('Healthy');
  });
});
