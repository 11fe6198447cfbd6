import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ClusterSpecSchema, differences, publicSpec } from '../../../src/cluster/spec.ts';
import { specOf, TOKEN } from '../support/cluster.ts';

describe('publicSpec', () => {
  const secret = 'http://alice:s3cret=x@proxy:3128';
  const spec = specOf({ engine: { environment: [`HTTP_PROXY=${secret}`, 'EMPTY='] } });

  it('shows the names of environment variables and no part of their values', () => {
    const text = JSON.stringify(publicSpec(spec));
    expect(text).toContain('HTTP_PROXY=sha256:');
    expect(text).toContain('EMPTY=sha256:');
    for (const part of ['alice', 's3cret', 'proxy:3128', '=x@']) expect(text).not.toContain(part);
  });

  it('gives equal values equal fingerprints and different ones different', () => {
    const fingerprints = (...environment: string[]) =>
      publicSpec(specOf({ engine: { environment } })).engine.environment;
    expect(fingerprints('A=1')).toEqual(fingerprints('A=1'));
    expect(fingerprints('A=1')).not.toEqual(fingerprints('A=2'));
    expect(fingerprints('A=1=2')).not.toEqual(fingerprints('A=1'));
  });

  it('leaves everything else, and the spec it was given, as it is', () => {
    const before = structuredClone(spec);
    const shown = publicSpec(spec);
    expect(spec).toEqual(before);
    expect({ ...shown, engine: { ...shown.engine, environment: [] } }).toEqual({
      ...spec,
      engine: { ...spec.engine, environment: [] },
    });
    expect(v.is(ClusterSpecSchema, shown)).toBe(true);
  });
});

describe('publicSpec of a discovery', () => {
  const PEM = (what: string) =>
    `-----BEGIN ${what}-----\n${'c2VjcmV0'.repeat(8)}\n-----END ${what}-----\n`;
  const discoveryTls = {
    ca: PEM('CERTIFICATE'),
    cert: PEM('CERTIFICATE').replace('c2', 'd2'),
    key: PEM('PRIVATE KEY'),
  };
  const secret = specOf({ discovery: 'token://a:1/v1', discoveryToken: TOKEN, discoveryTls });

  it('shows neither token nor PEM, nor any part of them', () => {
    const text = JSON.stringify(publicSpec(secret));
    for (const part of [TOKEN, TOKEN.slice(0, 12), TOKEN.slice(-12), 'c2VjcmV0', 'BEGIN', 'KEY-']) {
      expect(text).not.toContain(part);
    }
  });

  it('leaves to be seen where it is, and what of it was given', () => {
    const shown = publicSpec(secret);
    expect(shown.discovery).toBe('token://a:1/v1');
    expect(shown.discoveryToken).toMatch(/^sha256:/);
    expect(Object.values(shown.discoveryTls ?? {}).join(' ')).toMatch(/^(sha256:[0-9a-f]+ ?){3}$/);
    const ca = publicSpec(
      specOf({ discoveryTls: { ca: PEM('CERTIFICATE'), cert: null, key: null } }),
    );
    expect(ca.discoveryTls).toMatchObject({ cert: null, key: null });
    expect(publicSpec(specOf())).toMatchObject({ discoveryToken: null, discoveryTls: null });
    expect(v.is(ClusterSpecSchema, shown)).toBe(true);
  });

  it('is what it is already when it is made public again', () => {
    const once = publicSpec(secret);
    expect(publicSpec(once)).toEqual(once);
    expect(publicSpec(structuredClone(secret))).toEqual(once);
    const environment = publicSpec(specOf({ engine: { environment: ['A=s3cret', 'B='] } }));
    expect(publicSpec(environment)).toEqual(environment);
  });

  it('takes no secret for a fingerprint because it begins like one', () => {
    const [{ engine: shown }] = [publicSpec(specOf({ engine: { environment: ['A=x'] } }))];
    const fingerprint = shown.environment[0]?.slice('A='.length) ?? '';
    const secrets = [
      'sha256:',
      'sha256:hunter2',
      'sha256:s3cret with blanks',
      `${fingerprint}0`,
      fingerprint.slice(0, -1),
      fingerprint.toUpperCase().replace('SHA', 'sha'),
      ` ${fingerprint}`,
      `${fingerprint}\n`,
    ];
    for (const value of secrets) {
      const [entry = ''] = publicSpec(specOf({ engine: { environment: [`A=${value}`] } })).engine
        .environment;
      expect(entry, value).toMatch(/^A=sha256:[0-9a-f]{12}$/);
      expect(entry).not.toBe(`A=${value}`);
      const { discoveryToken } = publicSpec(specOf({ discoveryToken: value }));
      expect(`A=${discoveryToken ?? ''}`).toBe(entry);
    }
    expect(
      new Set(
        secrets.map((discoveryToken) => publicSpec(specOf({ discoveryToken })).discoveryToken),
      ).size,
    ).toBe(secrets.length);
  });

  it('differs with each of the secrets, by their names only', () => {
    const changed = [
      { discoveryToken: TOKEN.replace('0', '1') },
      { discoveryToken: null },
      { discoveryTls: { ...discoveryTls, ca: PEM('X') } },
      { discoveryTls: { ...discoveryTls, key: PEM('X') } },
      { discoveryTls: { ...discoveryTls, cert: null } },
      { discoveryTls: null },
    ].map((change) => differences(publicSpec(secret), publicSpec({ ...secret, ...change })));
    expect(changed.map((found) => found.map(({ setting }) => setting))).toEqual([
      ['discoveryToken'],
      ['discoveryToken'],
      ['discoveryTls.ca'],
      ['discoveryTls.key'],
      ['discoveryTls.cert'],
      ['discoveryTls'],
    ]);
    expect(JSON.stringify(changed)).not.toMatch(/BEGIN|c2VjcmV0|0123456789abcdef/);
  });

  it('gives a file and the same text elsewhere the same fingerprint', () => {
    const { discoveryTls: shown } = publicSpec(
      specOf({ discoveryTls: { ca: 'one', cert: 'one', key: 'two' } }),
    );
    expect(shown?.ca).toBe(shown?.cert);
    expect(shown?.key).not.toBe(shown?.ca);
  });
});

describe('differences', () => {
  it('finds none between equal specs', () => {
    expect(differences(specOf(), specOf())).toEqual([]);
  });

  it('names each setting by its path, with both values', () => {
    const wanted = specOf({
      nodes: 5,
      scheduleOnMaster: true,
      images: { swarm: 'swarm:1.2.8' },
      engine: { labels: ['region=eu', 'disk=ssd'] },
    });
    expect(differences(specOf(), wanted)).toEqual([
      { setting: 'nodes', was: '2', wanted: '5' },
      { setting: 'scheduleOnMaster', was: 'false', wanted: 'true' },
      { setting: 'images.swarm', was: 'swarm:1.2.9', wanted: 'swarm:1.2.8' },
      { setting: 'engine.labels', was: '(none)', wanted: 'region=eu disk=ssd' },
    ]);
  });

  it('sees a setting that only one of them has', () => {
    const { tlsSans, ...older } = specOf();
    expect(tlsSans).toEqual([]);
    expect(differences(older as ReturnType<typeof specOf>, specOf())).toEqual([
      { setting: 'tlsSans', was: '(none)', wanted: '(none)' },
    ]);
  });

  it('tells a changed secret by its fingerprint only', () => {
    const [was, wanted] = ['A=old-secret', 'A=new-secret'].map((entry) =>
      publicSpec(specOf({ engine: { environment: [entry] } })),
    );
    const found = differences(was ?? specOf(), wanted ?? specOf());
    expect(found.map(({ setting }) => setting)).toEqual(['engine.environment']);
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('tells one label with a blank from two labels', () => {
    const one = specOf({ engine: { labels: ['a=1 b=2'] } });
    const two = specOf({ engine: { labels: ['a=1', 'b=2'] } });
    expect(differences(one, two)).toHaveLength(1);
  });
});
