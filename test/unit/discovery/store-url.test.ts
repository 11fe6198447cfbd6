import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, parseStoreUrl, type StoreUrl } from '../../../src/discovery/store-url.ts';
import { sayAddress } from '../../../src/stores/address.ts';

function parsed(text: string): StoreUrl {
  const url = parseStoreUrl(text);
  if (typeof url === 'string') throw new Error(`refused: ${url}`);
  return url;
}

describe('a store URL', () => {
  it.each([
    ['etcd://10.0.0.5:2379', ['10.0.0.5', 2379]],
    ['consul://consul.example.org:8500', ['consul.example.org', 8500]],
    ['zk://zookeeper:2181', ['zookeeper', 2181]],
    ['zk://my-zk-1.prod:1', ['my-zk-1.prod', 1]],
    ['token://[2001:db8::5]:65535', ['2001:db8::5', 65_535]],
    ['etcd://[::ffff:10.0.0.5]:2379', ['::ffff:10.0.0.5', 2379]],
  ])('of one server: %s', (text, [host, port]) => {
    expect(parsed(text)).toMatchObject({ addresses: [{ host, port }], path: '' });
  });

  it('may name several servers, which are kept as they were written', () => {
    expect(parsed('etcd://10.0.0.5:2379,b.example.org:2380,[fd00::1]:2381/team/a')).toEqual({
      scheme: 'etcd',
      addresses: [
        { host: '10.0.0.5', port: 2379 },
        { host: 'b.example.org', port: 2380 },
        { host: 'fd00::1', port: 2381 },
      ],
      servers: '10.0.0.5:2379,b.example.org:2380,[fd00::1]:2381',
      path: 'team/a',
    });
  });

  it.each([
    ['', ''],
    ['/', ''],
    ['/team', 'team'],
    ['/team/', 'team'],
    ['//team//a/', 'team/a'],
    ['/Team_1.x-y/~me', 'Team_1.x-y/~me'],
    ['/a..b/...', 'a..b/...'],
  ])('with the path "%s" has its keys below "%s"', (path, expected) => {
    expect(parsed(`etcd://a:1${path}`).path).toBe(expected);
  });

  it.each(['etcd', 'etcd:', 'etcd:/a:1', 'etcd:a:1', '//a:1', '://a:1', 'ET CD://a:1', '', ' '])(
    'does not look like "%s"',
    (text) => {
      expect(parseStoreUrl(text)).toBe(`"${text}" does not look like kind://host:port/path`);
    },
  );

  it.each([
    ['no port', 'etcd://10.0.0.5', '"10.0.0.5" must be HOST:PORT'],
    ['an empty port', 'etcd://10.0.0.5:', '"10.0.0.5:" must be HOST:PORT'],
    ['port 0', 'etcd://a:0', '"a:0" must be HOST:PORT'],
    ['port 65536', 'etcd://a:65536', '"a:65536" must be HOST:PORT'],
    ['a port of six digits', 'etcd://a:123456', '"a:123456" must be HOST:PORT'],
    ['a port that is a word', 'etcd://a:http', '"a:http" must be HOST:PORT'],
    ['a negative port', 'etcd://a:-1', '"a:-1" must be HOST:PORT'],
    ['no server at all', 'etcd:///team', '"" must be HOST:PORT'],
    ['an empty server between others', 'etcd://a:1,,b:2', '"" must be HOST:PORT'],
    ['a comma at the end', 'etcd://a:1,', '"" must be HOST:PORT'],
    ['one good and one bad server', 'etcd://a:1,b', '"b" must be HOST:PORT'],
    ['no host', 'etcd://:2379', '"" is neither an IP address nor a DNS name'],
    ['a blank in the host', 'etcd://a b:1', '"a b" is neither'],
    ['a blank between servers', 'etcd://a:1, b:2', '" b" is neither'],
    ['an underscore in the host', 'etcd://my_store:1', '"my_store" is neither'],
    ['half an IPv4 address', 'etcd://10.0.0:1', '"10.0.0" is neither'],
    ['too large an IPv4 address', 'etcd://10.0.0.300:1', '"10.0.0.300" is neither'],
    ['IPv6 without brackets', 'etcd://fd00::1:2379', '"fd00::1:2379" must be HOST:PORT'],
    ['IPv4 in brackets', 'etcd://[10.0.0.5]:1', '"10.0.0.5" is neither'],
    ['a name in brackets', 'etcd://[a]:1', '"a" is neither'],
    ['nothing in brackets', 'etcd://[]:1', '"" is neither'],
    ['a bracket that stays open', 'etcd://[fd00::1:1', 'must be HOST:PORT'],
    ['a wildcard', 'etcd://*.example.org:1', '"*.example.org" is neither'],
    ['nothing but a wildcard', 'etcd://*:1', '"*" is neither'],
    ['a zone', 'etcd://[fe80::1%eth0]:1', '"fe80::1%eth0" is neither'],
    ['another scheme inside', 'etcd://http://a:1', 'must be HOST:PORT'],
  ])('with %s is refused with what is wrong', (_, text, words) => {
    expect(parseStoreUrl(text)).toContain(words);
    // Somebody who gave several options must see which one it is about.
    expect(parseStoreUrl(text)).toContain(`"${text}"`);
  });

  it.each([
    '/..',
    '/../x',
    '/.',
    '/./x',
    '/team/.',
    '/team/./x',
    '/team/../../x',
    '/a b',
    '/a?b=1',
    '/a#b',
    '/a%2e',
    '/ä',
    '/a;b',
    '/$x',
  ])('with the path "%s" is refused', (path) => {
    expect(parseStoreUrl(`etcd://a:1${path}`)).toContain('the path may consist of');
  });

  it('is one line', () => {
    for (const text of ['etcd://a:1\n', 'etcd://a:1/x\ny', 'etcd://a\n:1', '\netcd://a:1']) {
      expect(typeof parseStoreUrl(text)).toBe('string');
    }
  });

  const address = fc.record({
    host: fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((ip) => !ip.includes('%')),
      fc.domain(),
      fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z])?$/),
    ),
    port: fc.integer({ min: 1, max: 65_535 }),
  });
  const segment = fc
    .stringMatching(/^[\w.~-]{1,12}$/)
    .filter((part) => part !== '..' && part !== '.');

  it('is read back as what it was made of', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('etcd', 'zk', 'consul', 'token'),
        fc.array(address, { minLength: 1, maxLength: 4 }),
        fc.array(segment, { maxLength: 4 }),
        (scheme, addresses, segments) => {
          const servers = addresses.map(sayAddress).join(',');
          const path = segments.join('/');
          expect(parseStoreUrl(`${scheme}://${servers}/${path}`)).toEqual({
            scheme,
            addresses,
            servers,
            path,
          });
        },
      ),
    );
  });

  it('whatever the text is, is a sentence or something swarm can use safely', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `etcd://a:1/${text}`),
      fc.string().map((text) => `etcd://${text}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const url = parseStoreUrl(text);
        if (typeof url === 'string') return;
        expect(url.addresses.length).toBeGreaterThan(0);
        for (const part of ['.', '..']) expect(url.path.split('/')).not.toContain(part);
        expect(`${url.servers}/${url.path}`).toMatch(/^[\w.:,[\]~/-]+$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an address that means the host itself', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'LocalHost',
    'foo.localhost',
    'foo.LOCALHOST',
    '127.0.0.1',
    '127.1.2.3',
    '127.255.255.255',
    '0.0.0.0',
    '::1',
    '0:0:0:0:0:0:0:1',
    '0000:0000:0000:0000:0000:0000:0000:0001',
    '::',
    '0:0:0:0:0:0:0:0',
    '::ffff:127.0.0.1',
    '::FFFF:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0.0.0.0',
  ])('is %s', (host) => {
    expect(isLoopback({ host, port: 1 })).toBe(true);
  });

  it.each([
    '10.0.0.1',
    '128.0.0.1',
    'localhost.example.org',
    'my-localhost',
    'foo.my-localhost',
    'localhost.localdomain',
    '0.0.0.1',
    '126.255.255.255',
    'fd00::1',
    '::2',
    '1::',
    '::ffff:10.0.0.1',
    '12.7.0.1',
  ])('is not %s', (host) => {
    expect(isLoopback({ host, port: 1 })).toBe(false);
  });
});
