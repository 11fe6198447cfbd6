import { access, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SupportBundle } from '../../src/actions/support-bundle.ts';
import { validateJson } from '../helpers/schemas.ts';
import { sandbox } from '../helpers/settings.ts';
import { keyLinesBelow, unpackBundle } from '../helpers/unpack-bundle.ts';
import { Workplace } from '../helpers/workplace.ts';

const cluster = 'sup';
const password = 'sesame-4711';
const flags = [
  ...['--nodes', '1', '--discovery', 'token'],
  ...['--engine-env', `HTTP_PROXY=http://bob:${password}@10.255.255.1:3128`],
  ...['--engine-env', `DB_PASSWORD=${password}`],
];

let place: Workplace;

async function support(...argv: string[]): Promise<SupportBundle> {
  const document = await place.json<{ result: SupportBundle }>(['support', cluster, ...argv]);
  expect(validateJson('support', document)).toEqual([]);
  return document.result;
}

beforeAll(async () => {
  place = await Workplace.open();
  await place.create(cluster, flags);
});

afterAll(() => place.close(cluster));

describe('the support bundle', () => {
  it('has of a healthy cluster everything, and no secret of it', async () => {
    const file = path.join(place.home, 'out.tar.gz');
    const bundle = await support('--output', file);
    expect(bundle).toMatchObject({ cluster, file, problems: [] });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const texts = await unpackBundle(file);
    expect([...texts.keys()].sort()).toEqual(bundle.contents);
    for (const expected of [
      ...['versions.txt', 'README.txt', 'manager/info.json', 'engine-of-local-hosts/info.json'],
      ...['record.json', 'journal.ndjson', 'timings.txt', 'status.json', 'certificates.json'].map(
        (name) => `cluster/${name}`,
      ),
      ...['info.json', 'containers.json', 'certificate.json', 'dockerd.log'].map(
        (name) => `hosts/sup-1/${name}`,
      ),
      ...['hosts/sup-m/swarm-manager.json', 'hosts/sup-m/swarm-manager.log'],
      ...['hosts/sup-1/swarm-agent.json', 'hosts/sup-1/swarm-agent.log'],
    ]) {
      expect(texts.get(expected)?.trim() ?? '', expected).not.toBe('');
    }
    expect(texts.get('cluster/status.json')).toContain('"health": "healthy"');
    expect(texts.get('hosts/sup-1/swarm-agent.json')).toContain('[redacted]');
    const all = [...texts.values()].join('\n');
    const state = path.join(place.home, '.swarmctl/clusters', cluster, 'cluster.json');
    const token = /"token": "(\w+)"/.exec(await readFile(state, 'utf8'))?.[1] ?? '';
    expect(token).toHaveLength(32);
    const lines = await keyLinesBelow(path.dirname(state));
    expect(lines.length).toBeGreaterThan(5);
    for (const secret of [...lines, token, password, 'PRIVATE KEY']) {
      expect(all.includes(secret), secret).toBe(false);
    }
  });

  it('says on a terminal where it is and what is left out, and never overwrites', async () => {
    const file = path.join(place.home, 'said.tar.gz');
    const said = await place.swarmctl(['support', '-o', file]);
    expect(said.exitCode, said.stderr).toBe(0);
    expect(said.stdout).toContain(`Wrote ${file}`);
    expect(said.stdout).toMatch(/Left out: +private keys, discovery tokens/);
    const before = await readFile(file);
    const again = await place.swarmctl(['support', '-o', file]);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('is there already');
    expect(await readFile(file)).toEqual(before);
  });

  it('is written of a cluster with a host that is gone and one that hangs', async () => {
    await place.docker('stop', '--time', '0', 'swarmctl-sup-1');
    await place.docker('pause', 'swarmctl-sup-m');
    try {
      const { file, problems } = await support(
        ...['--timeout', '7s', '--output', path.join(place.home, 'half.tar.gz')],
      );
      expect(problems.map(({ host, what }) => `${host ?? '-'} ${what}`)).toEqual(
        expect.arrayContaining(['sup-1 the engine', 'sup-m the engine']),
      );
      const texts = await unpackBundle(file);
      expect(texts.get('problems.txt')).toContain('sup-1: the engine: ');
      expect(texts.get('hosts/sup-1/dockerd.log')).toContain('level=info');
      expect(texts.get('cluster/status.json')).toContain('"health": "down"');
    } finally {
      await place.docker('unpause', 'swarmctl-sup-m');
      await place.docker('start', 'swarmctl-sup-1');
    }
  });

  it('is written of a damaged state, with what is left of it, and changes nothing', async () => {
    const folder = path.join(place.home, '.swarmctl/clusters', cluster);
    const state = path.join(folder, 'cluster.json');
    const whole = await readFile(state, 'utf8');
    // In the middle of the token.
    await truncate(state, whole.indexOf('"token": "') + 30);
    const cut = await readFile(state, 'utf8');
    const { file } = await support('--output', path.join(place.home, 'damaged.tar.gz'));
    const texts = await unpackBundle(file);
    expect(texts.get('cluster/state-file.txt')).toContain('"createdAt"');
    expect(texts.get('cluster/state-file.txt')).toMatch(/"token": "\[redacted\]\n$/);
    expect([...texts.keys()]).toContain('hosts/sup-1/host-container.json');
    expect(await readFile(state, 'utf8')).toBe(cut);
    await expect(access(path.join(place.home, '.swarmctl/locks', cluster))).rejects.toThrow();
    const away = { DOCKER_HOST: `unix://${place.home}/none.sock` };
    const blind = await place.swarmctl(
      ['support', cluster, '-o', path.join(place.home, 'blind.tar.gz')],
      { env: away },
    );
    expect(blind.exitCode, blind.stderr).toBe(0);
    expect(blind.stdout).toContain('no Docker Engine answers');
    await writeFile(state, whole);
  });
});

describe('a failure leaves a bundle', () => {
  const broken = ['--nodes', '1', '--engine-opt', 'nosuchflag=1'];
  const folder = () => path.join(place.home, '.swarmctl/support');

  it('of create, which names it', async () => {
    const run = await place.swarmctl(place.createArguments('bad', broken));
    expect(run.exitCode).toBe(1);
    const file = /^Support bundle: (.*)$/m.exec(run.stderr)?.[1] ?? '';
    const texts = await unpackBundle(file);
    expect(texts.get('failure.txt')).toContain('nosuchflag');
    expect(texts.get('hosts/bad-1/dockerd.log')).toContain('unknown flag: --nosuchflag');
    expect(texts.get('cluster/journal.ndjson')).toContain('"state":"failed"');
    expect((await stat(folder())).mode & 0o777).toBe(0o700);
  });

  it('before it is taken back, and in JSON', async () => {
    const rollback = ['--on-failure', 'rollback', '--if-exists', 'replace', '--yes', '--json'];
    const run = await place.swarmctl(place.createArguments('bad', [...broken, ...rollback]));
    const document = JSON.parse(run.stdout) as { error: { bundle: string } };
    expect(validateJson('error', document)).toEqual([]);
    const texts = await unpackBundle(document.error.bundle);
    expect(texts.get('hosts/bad-1/dockerd.log')).toContain('unknown flag: --nosuchflag');
    expect(await place.labelled('bad')).toEqual([]);
  });

  it('of destroy', async () => {
    await place.swarmctl(place.createArguments('bad', broken));
    await place.docker(
      'create',
      '--name',
      'stranger',
      '--network',
      'swarmctl-bad',
      sandbox.sleeperImage(),
      'sleep',
      '600',
    );
    await place.docker('start', 'stranger');
    try {
      const { exitCode, stderr } = await place.swarmctl(['destroy', 'bad', '--yes']);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^Support bundle: /m);
      const file = /^Support bundle: (.*)$/m.exec(stderr)?.[1] ?? '';
      expect((await unpackBundle(file)).get('failure.txt')).toContain('is still used by stranger');
    } finally {
      await place.docker('rm', '--force', 'stranger');
      await place.swarmctl(['destroy', 'bad', '--yes']);
    }
  });

  it('but not of what was refused, or interrupted', async () => {
    const before = await readdir(folder());
    const other = place.createArguments(cluster, ['--nodes', '1', '--swarm-strategy', 'binpack']);
    expect((await place.swarmctl(other)).exitCode).toBe(3);
    const unconfirmed = await place.swarmctl(['destroy', cluster]);
    expect(unconfirmed.exitCode).toBe(1);
    const run = place.start(place.createArguments('bad', ['--nodes', '1']));
    await expect
      .poll(() => place.labelled('bad'), { timeout: 30_000, interval: 20 })
      .toContain('swarmctl-bad-1');
    run.kill('SIGINT');
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(130);
    expect(stderr).not.toContain('Support bundle');
    expect(await readdir(folder())).toEqual(before);
    await place.swarmctl(['destroy', 'bad', '--yes']);
  });
});
