import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, issueCertificate } from '../../src/pki/index.ts';
import { eventually } from '../helpers/eventually.ts';
import { gateway } from '../helpers/existing-stores.ts';
import { Workplace } from '../helpers/workplace.ts';

const QUICK = [
  ...['--swarm-join-opt', 'heartbeat=2s', '--swarm-join-opt', 'ttl=6s'],
  ...['--swarm-opt', 'heartbeat=2s', '--nodes', '2'],
];

describe('a cluster with a token service of its own', () => {
  const cluster = 'tok';
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--discovery', 'token', ...QUICK]);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it('keeps its nodes while the service is down for longer than their TTL', async () => {
    await place.dockerOn('tok-m', 'stop', '--time', '2', 'swarm-token');
    await sleep(9000);
    const down = await place.status(cluster);
    expect(down.discovery.status).toBe('down');
    expect(down.nodes.map(({ status }) => status)).toEqual(['Healthy', 'Healthy']);
    await place.dockerOn('tok-m', 'start', 'swarm-token');
    // Until agents have registered again, the manager must not be told that nobody is there.
    for (let look = 0; look < 8; look++) {
      const { nodes } = await place.status(cluster);
      expect(nodes.map(({ status }) => status)).toEqual(['Healthy', 'Healthy']);
      await sleep(500);
    }
    await eventually(
      () => place.status(cluster),
      ({ health }) => health === 'healthy',
    );
  });

  it('shows its token, makes others with the client certificate, and keeps its own', async () => {
    const shown = await place.json<{ result: { url: string; members: string[] } }>([
      ...['token', 'show', cluster],
    ]);
    expect(shown.result.url).toMatch(/^token:\/\/10\.\d+\.\d+\.2:3380\/v1\/[0-9a-f]{32}$/);
    expect(shown.result.members).toHaveLength(2);
    const made = await place.swarmctl(['token', 'create', cluster]);
    expect(made.stdout).toMatch(/^token:\/\/10\.\d+\.\d+\.2:3380\/v1\/[0-9a-f]{32}$/);
    expect(made.stdout).not.toBe(shown.result.url);
  });

  it('says the token nowhere else', async () => {
    const { result } = await place.json<{ result: { url: string } }>(['token', 'show', cluster]);
    const token = result.url.split('/').at(-1) ?? '';
    const { stdout } = await place.swarmctl(['status', cluster]);
    expect(stdout).not.toContain(token);
    expect(await place.docker('network', 'inspect', 'swarmctl-tok')).not.toContain(token);
    expect(await place.docker('inspect', 'swarmctl-tok-m', 'swarmctl-tok-1')).not.toContain(token);
    expect(await place.dockerOn('tok-m', 'logs', 'swarm-token')).not.toContain(token);
  });

  it('is found by its labels, token and all, when the state is lost', async () => {
    const elsewhere = await Workplace.open();
    const seen = await elsewhere.status(cluster);
    expect(seen).toMatchObject({ health: 'healthy', discovery: { status: 'up' } });
    await elsewhere.close();
  });
});

describe('a token service that exists', () => {
  let place: Workplace;
  let folder: string;
  let service: ReturnType<Workplace['start']>;
  let url: string;
  const own = () => ['--ca', `${folder}/ca.pem`];
  const trusted = () => [
    ...own(),
    '--cert',
    `${folder}/client.pem`,
    '--key',
    `${folder}/client.key`,
  ];
  const discovery = () => [
    ...['--discovery-ca', `${folder}/ca.pem`, '--discovery-cert', `${folder}/client.pem`],
    ...['--discovery-key', `${folder}/client.key`],
  ];

  beforeAll(async () => {
    place = await Workplace.open();
    folder = path.join(place.home, 'service');
    await mkdir(folder);
    const address = await gateway(place);
    const authority = await createAuthority('a CA of its own');
    const server = await issueCertificate(authority, {
      commonName: 'tokens',
      usages: ['server'],
      names: [address],
    });
    const client = await issueCertificate(authority, {
      commonName: 'somebody',
      usages: ['client'],
      names: [],
    });
    const files = {
      'ca.pem': authority.certificate,
      'server.pem': server.certificate,
      'server.key': server.privateKey,
      'client.pem': client.certificate,
      'client.key': client.privateKey,
    };
    for (const [name, text] of Object.entries(files)) {
      await writeFile(path.join(folder, name), text, { mode: 0o600 });
    }
    url = `https://${address}:13380/v1`;
    service = place.start([
      ...['token', 'serve', '--listen', `${address}:13380`, '--data-dir', `${folder}/data`],
      ...['--tls-cert', `${folder}/server.pem`, '--tls-key', `${folder}/server.key`],
      ...['--client-ca', `${folder}/ca.pem`],
    ]);
    await eventually(
      () => place.swarmctl(['token', 'create', '--service', url, ...trusted()]),
      ({ exitCode }) => exitCode === 0,
    );
  });

  afterAll(async () => {
    await place.close('lent', 'given');
    service.kill('SIGTERM');
    const { exitCode } = await service;
    expect(exitCode).toBe(0);
  });

  it('makes tokens for those with a certificate, and removes them', async () => {
    const refused = await place.swarmctl(['token', 'create', '--service', url, ...own()]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('client certificate');
    const { stdout: token } = await place.swarmctl([
      ...['token', 'create', '--service', url, ...trusted()],
    ]);
    const shown = await place.swarmctl(['token', 'show', token, ...own()]);
    expect(shown.stdout).toBe(token);
    expect((await place.swarmctl(['token', 'rm', token, ...trusted()])).exitCode).toBe(0);
    const gone = await place.swarmctl(['token', 'show', token, ...own()]);
    expect(gone).toMatchObject({ exitCode: 1 });
    expect(gone.stderr).toContain('the token is not known there');
  });

  it('serves a cluster for which it makes a token', async () => {
    const flags = ['--discovery', 'token', '--token-service', url, ...discovery(), ...QUICK];
    await place.create('lent', flags);
    expect((await place.status('lent')).health).toBe('healthy');
  });

  it('serves another beside it, with a token that the person gave and keeps', async () => {
    const { stdout: token } = await place.swarmctl([
      ...['token', 'create', '--service', url, ...trusted()],
    ]);
    const flags = ['--discovery', token, ...discovery(), ...QUICK];
    await place.create('given', flags);
    const again = await place.create('given', flags);
    expect(again.stdout).toContain('Nothing to do');
    const [given, lent] = [await place.status('given'), await place.status('lent')];
    expect([given.health, lent.health]).toEqual(['healthy', 'healthy']);
    expect(given.discovery.members).not.toEqual(lent.discovery.members);
    expect((await place.swarmctl(['destroy', 'given', '--yes'])).exitCode).toBe(0);
    expect((await place.swarmctl(['token', 'show', token, ...own()])).exitCode).toBe(0);
  });

  it('loses the token that it made, with its cluster', async () => {
    const { result } = await place.json<{ result: { url: string } }>(['token', 'show', 'lent']);
    expect((await place.swarmctl(['destroy', 'lent', '--yes'])).exitCode).toBe(0);
    const gone = await place.swarmctl(['token', 'show', result.url, ...own()]);
    expect(gone.stderr).toContain('the token is not known there');
  });

  it.each([
    {
      what: 'a CA that did not issue its certificate',
      flags: () => ['--discovery', url.replace('https', 'token')],
      said: /its certificate is not of the given CA|self-signed|unable to verify|local issuer/,
    },
    {
      what: 'a token that it does not know',
      flags: () => [
        ...['--discovery', `${url.replace('https', 'token')}/0123456789abcdef0123456789abcdef`],
        ...discovery(),
      ],
      said: /the token is not known there/,
    },
  ])('is refused before the first change with $what', async ({ flags, said }) => {
    const outcome = await place.swarmctl(place.createArguments('wrong', [...flags(), ...QUICK]));
    expect(outcome.stderr).toMatch(said);
    expect(outcome.exitCode).toBe(3);
    expect(await place.labelled('wrong')).toEqual([]);
  });
});
