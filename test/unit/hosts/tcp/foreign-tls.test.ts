import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeForeignTls } from '../../../../src/hosts/tcp/foreign-tls.ts';
import {
  createAuthority,
  issueCertificate,
  type CertificateRequest,
  type KeyPair,
} from '../../../../src/pki/index.ts';
import { DAY, foreignAuthority, FOREIGN_EXTENSIONS } from '../../pki/support.ts';
import { opensslIssue } from './support.ts';

const NAMES = ['demo-1', '10.0.0.1', 'fd00::1'];
// A little later than all that is made here.
const now = new Date(Date.now() + 60_000);

let authority: KeyPair;
let ecAuthority: KeyPair;

beforeAll(async () => {
  authority = await foreignAuthority();
  ecAuthority = await createAuthority('EC Root');
});

const issue = (ca: KeyPair, request: Partial<CertificateRequest> = {}) =>
  issueCertificate(ca, {
    commonName: 'alice',
    usages: ['server', 'client'],
    names: NAMES,
    ...request,
  });

const tlsOf = (ca: KeyPair, leaf: KeyPair) => ({
  ca: ca.certificate,
  cert: leaf.certificate,
  key: leaf.privateKey,
});

type Tls = ReturnType<typeof tlsOf>;

function judge(hosts: Record<string, Tls>, caKey?: string, at = now) {
  const named = Object.entries(hosts).map(([name, tls]) => ({ name, tls }));
  return judgeForeignTls({ hosts: named, caKey, manager: { names: NAMES } }, at);
}

const problemsOf = (...args: Parameters<typeof judge>) =>
  judge(...args).problems.map(({ problem }) => problem);

describe('a plan', () => {
  it('is our own CA where nobody has another', () => {
    expect(judge({})).toEqual({
      plan: 'own CA only',
      problems: [],
      authority: undefined,
      manager: undefined,
    });
    expect(problemsOf({}, 'KEY')).toEqual([
      '--tls-ca-key is given, but no host at tcp:// has TLS of that CA',
    ]);
  });

  it('is the given certificate when the manager can use it', async () => {
    const leaf = await issue(authority);
    const found = judge({ a: tlsOf(authority, leaf), b: tlsOf(authority, leaf) });
    expect(found.problems).toEqual([]);
    expect(found.plan).toBe('their certificate');
    expect(found.manager).toEqual(leaf);
  });

  it('takes the one of several certificates that fits', async () => {
    const [fit, unfit] = [await issue(authority), await issue(authority, { usages: ['client'] })];
    const found = judge({ a: tlsOf(authority, unfit), b: tlsOf(authority, fit) });
    expect(found).toMatchObject({ problems: [], manager: fit });
  });

  it('is their CA when its key is given, be it RSA or ECDSA', async () => {
    for (const ca of [authority, ecAuthority]) {
      const client = await issue(ca, { usages: ['client'], names: [] });
      const found = judge({ a: tlsOf(ca, client) }, ca.privateKey);
      expect(found).toMatchObject({ problems: [], plan: 'issued by their CA' });
      if (!found.authority) throw new Error('no authority');
      // It is good for issuing what the manager needs.
      const manager = await issue(found.authority);
      expect(judge({ a: tlsOf(ca, manager) })).toMatchObject({ problems: [], manager });
    }
  });

  it('finds the CA of the key among several in the file', async () => {
    const bundle = { ...tlsOf(authority, await issue(authority)) };
    bundle.ca = `some words\n${ecAuthority.certificate}\n${bundle.ca}`;
    const found = judge({ a: bundle }, authority.privateKey);
    expect(found.problems).toEqual([]);
    expect(found.authority?.certificate).toBe(authority.certificate);
  });
});

describe('of the manager’s certificate', () => {
  it('names the usage and each name that it lacks', async () => {
    const leaf = await issue(authority, { usages: ['client'], names: ['demo-1', '10.0.0.2'] });
    const { problems, plan, manager } = judge({ a: tlsOf(authority, leaf) });
    expect(plan).toBe('their certificate');
    expect(manager).toBeUndefined();
    expect(problems.map(({ problem }) => problem)).toEqual([
      'the manager cannot use the certificate "alice": it is not for servers (its extendedKeyUsage lacks serverAuth), and docker clients verify that',
      'the manager cannot use the certificate "alice": its subjectAltName lacks 10.0.0.1, fd00::1',
    ]);
    expect(problems[0]?.fix).toContain('subjectAltName = DNS:demo-1,IP:10.0.0.1,IP:fd00::1');
    expect(problems[0]?.fix).toContain('--tls-ca-key');
  });

  it('needs clientAuth for us as well', async () => {
    const leaf = await issue(authority, { usages: ['server'] });
    expect(problemsOf({ a: tlsOf(authority, leaf) })).toEqual([
      'a: the certificate "alice" is not for clients: its extendedKeyUsage lacks clientAuth',
    ]);
  });

  it('looks at no common name', async () => {
    const leaf = await issue(authority, { commonName: 'demo-1', names: ['10.0.0.1', 'fd00::1'] });
    expect(problemsOf({ a: tlsOf(authority, leaf) })).toEqual([
      expect.stringContaining('lacks demo-1'),
    ]);
  });

  it('takes names by their wildcard', async () => {
    const leaf = await issue(authority, { names: ['*.example.org'] });
    const hosts = [{ name: 'a', tls: tlsOf(authority, leaf) }];
    const names = { manager: { names: ['demo-1.example.org'] }, caKey: undefined };
    expect(judgeForeignTls({ hosts, ...names }, now).problems).toEqual([]);
  });
});

describe('of texts', () => {
  it('tells all that is wrong at once, and never shows a key', async () => {
    const leaf = await issue(authority);
    const found = judge({
      a: { ca: 'nonsense', cert: leaf.privateKey, key: leaf.certificate },
    });
    expect(found.problems.map(({ problem }) => problem)).toEqual([
      'a: the CA (--tls-ca-cert) holds no certificate in PEM (-----BEGIN CERTIFICATE-----)',
      'a: the client certificate (--tls-cert) holds a private key where a certificate is expected',
      "a: the client's key (--tls-key) is a certificate where a private key is expected",
    ]);
    expect(found.problems.every(({ host, fix }) => host === 'a' && fix !== '')).toBe(true);
    expect(JSON.stringify(found)).not.toContain(leaf.privateKey.slice(40, 80));
  });

  it('says that a certificate or a key is broken', async () => {
    const leaf = await issue(authority);
    const cut = (pem: string) => pem.replace(/\n.*\n.*\n/, '\n');
    const tls = { ...tlsOf(authority, leaf), cert: cut(leaf.certificate) };
    expect(problemsOf({ a: tls })[0]).toMatch(/holds a certificate that cannot be read/);
    const broken = { ...tlsOf(authority, leaf), key: cut(leaf.privateKey) };
    expect(problemsOf({ a: broken })[0]).toMatch(/key \(--tls-key\) cannot be read/);
  });

  it.each([['-aes256'], ['-aes256', '-traditional']])(
    'refuses an encrypted key with the command that decrypts it (%s)',
    async (...options) => {
      const leaf = await issue(authority);
      const { stdout } = await execa('openssl', ['pkey', ...options, '-passout', 'pass:a secret'], {
        input: leaf.privateKey,
      });
      const { problems } = judge({ a: { ...tlsOf(authority, leaf), key: stdout } });
      expect(problems).toHaveLength(1);
      expect(problems[0]?.problem).toContain('is encrypted');
      expect(problems[0]?.fix).toContain('openssl pkey -in KEY -out');
    },
  );

  it('says that key and certificate do not belong together', async () => {
    const [leaf, other] = [await issue(authority), await issue(authority)];
    const tls = { ...tlsOf(authority, leaf), key: other.privateKey };
    expect(problemsOf({ a: tls })).toEqual([
      'a: the key (--tls-key) is not that of the certificate "alice"',
    ]);
  });
});

describe('of the CA', () => {
  it('refuses one that did not issue the certificate, even of the same name', async () => {
    const namesake = await foreignAuthority();
    const leaf = await issue(authority);
    expect(problemsOf({ a: tlsOf(namesake, leaf) })).toEqual([
      expect.stringMatching(/^a: the certificate "alice" was not issued by the CA "Example Root"/),
    ]);
  });

  it('refuses what is no CA', async () => {
    const leaf = await issue(authority);
    expect(problemsOf({ a: tlsOf(leaf, leaf) })).toEqual([
      'a: "alice" (--tls-ca-cert) is not the certificate of a CA: its basicConstraints lack CA:TRUE',
    ]);
  });

  it('follows intermediates, in the file of the certificate or of the CA', async () => {
    const { root, middle } = await chain();
    const leaf = await issue(middle);
    const both = `${leaf.certificate}${middle.certificate}`;
    expect(problemsOf({ a: { ...tlsOf(root, leaf), cert: both } })).toEqual([]);
    const ca = `${middle.certificate}${root.certificate}`;
    expect(problemsOf({ a: { ...tlsOf(root, leaf), ca } })).toEqual([]);
    expect(problemsOf({ a: tlsOf(root, leaf) })).toEqual([
      expect.stringContaining('was not issued by the CA "Example Root", but by "CN=Middle"'),
    ]);
    expect(problemsOf({ a: tlsOf(middle, leaf) })).toEqual([
      expect.stringContaining('lacks the root: "Middle" was issued by "C=DE, O=Example Org'),
    ]);
  });

  it('refuses two of them, says which hosts have which, and counts bundles as one', async () => {
    const other = await foreignAuthority();
    const [first, second] = [await issue(authority), await issue(other)];
    const bundle = { ...tlsOf(authority, first) };
    bundle.ca += other.certificate;
    const problems = problemsOf({
      a: tlsOf(authority, first),
      b: tlsOf(other, second),
      c: tlsOf(authority, first),
      d: bundle,
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /one certificate for all of them: a, c, d: "Example Root" \(SHA-256 [0-9A-F:]{23}…\); b: "Example Root" \(SHA-256 [0-9A-F:]{23}…\)$/,
      ),
    ]);
  });

  it('refuses one whose signatures swarm cannot verify', async () => {
    const ed = await foreignAuthority(FOREIGN_EXTENSIONS, ['-newkey', 'ed25519']);
    const leaf = await opensslLeaf(ed);
    expect(problemsOf({ a: tlsOf(ed, leaf) })).toEqual([
      'a: swarm cannot verify certificates of the CA "Example Root": its key is of type ed25519, and swarm 1.2.9 knows RSA and ECDSA only',
      expect.stringContaining('subjectAltName lacks'),
    ]);
  });
});

describe('of the CA’s key', () => {
  it('must belong to the CA', async () => {
    const client = await issue(authority, { usages: ['client'] });
    const tls = tlsOf(authority, client);
    expect(problemsOf({ a: tls }, ecAuthority.privateKey)).toEqual([
      'the key (--tls-ca-key) is not that of the CA "Example Root"',
    ]);
    expect(problemsOf({ a: tls }, client.privateKey)).toEqual([
      'the CA\'s key (--tls-ca-key) is that of the client certificate "alice", not of the CA "Example Root"',
    ]);
  });

  it.each([
    ['ed25519', ['-algorithm', 'ed25519'], 'is of type ed25519'],
    [
      'secp256k1',
      ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
      'is on the curve secp256k1',
    ],
    ['RSA-PSS', ['-algorithm', 'RSA-PSS'], 'is of type rsa-pss'],
  ])('cannot be %s, with the reason', async (_name, options, words) => {
    const { stdout } = await execa('openssl', ['genpkey', ...options]);
    const tls = tlsOf(authority, await issue(authority));
    const problems = problemsOf({ a: tls }, stdout);
    expect(problems).toEqual([expect.stringContaining(words)]);
  });

  it('must be readable', async () => {
    const tls = tlsOf(authority, await issue(authority));
    expect(problemsOf({ a: tls }, 'no key')).toEqual([
      "the CA's key (--tls-ca-key) is no private key in PEM (-----BEGIN PRIVATE KEY-----)",
    ]);
  });
});

describe('of time', () => {
  it('tells an expired certificate, once for all hosts that have it', async () => {
    const leaf = await issue(authority, { days: 10 });
    const tls = tlsOf(authority, leaf);
    const later = new Date(now.getTime() + 11 * DAY);
    const { problems } = judge({ a: tls, b: tls }, undefined, later);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.problem).toMatch(/^a, b: the certificate "alice" expired on 20/);
    expect(problems[0]).not.toHaveProperty('host');
  });

  it('warns of what expires within a week, and stays with its plan', async () => {
    const leaf = await issue(authority, { days: 6 });
    const found = judge({ a: tlsOf(authority, leaf) });
    expect(found.problems).toMatchObject([{ level: 'warning', host: 'a' }]);
    expect(found.manager).toEqual(leaf);
  });

  it('tells an expired CA, and what is not valid yet', async () => {
    const tls = tlsOf(authority, await issue(authority));
    const later = new Date(now.getTime() + 31 * DAY);
    expect(problemsOf({ a: tls }, undefined, later)).toEqual([
      expect.stringMatching(/the certificate "alice" expired on/),
      expect.stringMatching(/the CA "Example Root" expired on/),
    ]);
    const earlier = new Date(now.getTime() - DAY);
    const early = judge({ a: tls }, undefined, earlier).problems;
    expect(early[0]?.problem).toMatch(/"alice" is not valid before 20.* UTC, and it is 20/);
    expect(early[0]?.fix).toContain('clock');
  });
});

/** A root of openssl's and a CA below it. */
async function chain(): Promise<{ root: KeyPair; middle: KeyPair }> {
  const root = await foreignAuthority(
    FOREIGN_EXTENSIONS.map((line) => line.replace('pathlen:0', 'pathlen:1')),
  );
  const middle = await opensslIssue(root, 'Middle', 'basicConstraints = critical, CA:TRUE');
  return { root, middle };
}

const opensslLeaf = (ca: KeyPair) =>
  opensslIssue(ca, 'alice', 'extendedKeyUsage = serverAuth, clientAuth');
