import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseListen, problemOfAddress, sayAddress } from '../../../src/token-service/address.ts';

const label = 'a'.repeat(63);
const longest = `${label}.${label}.${label}.${'a'.repeat(61)}`;

describe('the address of a node', () => {
  it.each([
    '10.0.0.3:2376',
    '0.0.0.0:1',
    'node-1:65535',
    'Node1.example.org:2376',
    '3com.example:80',
    '[::1]:2376',
    '[fe80::1:2]:2376',
    '[::ffff:10.0.0.3]:2376',
    `${longest}:65535`,
  ])('can be %s', (text) => {
    expect(problemOfAddress(text)).toBeUndefined();
  });

  it.each([
    ['', 'the port is missing'],
    ['10.0.0.3', 'the port is missing'],
    ['"10.0.0.3:2376"', 'must begin with'],
    [':2376', 'must begin with'],
    ['10.0.0.300:2376', 'must begin with'],
    ['10.0.0:2376', 'must begin with'],
    ['010.0.0.3:2376', 'must begin with'],
    ['10.0.0.3:2376\n', 'the port of an address must be'],
    [' 10.0.0.3:2376', 'must begin with'],
    ['::1:2376', 'must begin with'],
    ['[::1%eth0]:2376', 'must begin with'],
    ['[10.0.0.3]:2376', 'must begin with'],
    ['[::1]\n:2376', 'must begin with'],
    ['[node]:2376', 'must begin with'],
    ['node_1:2376', 'must begin with'],
    ['-node:2376', 'must begin with'],
    ['node-:2376', 'must begin with'],
    ['node.:2376', 'must begin with'],
    ['a..b:2376', 'must begin with'],
    [`${label}a:2376`, 'must begin with'],
    [`${longest}a:2376`, 'must begin with'],
    [`${longest}:65535aaaa`, 'at most 261'],
    ['nöde:2376', 'must begin with'],
    ['http://node:2376', 'must begin with'],
    ['node:0', 'must not be 0'],
    ['node:65536', 'the port of an address must be'],
    ['node:02376', 'the port of an address must be'],
    ['node:+1', 'the port of an address must be'],
    ['node:1e3', 'the port of an address must be'],
    ['node:٣', 'the port of an address must be'],
    ['node:', 'the port of an address must be'],
  ])('cannot be %j', (text, reason) => {
    expect(problemOfAddress(text)).toContain(reason);
  });

  it('is good for every IPv4 and IPv6 address and port', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        port,
        (host, number) => {
          expect(problemOfAddress(`${host}:${number}`)).toBeUndefined();
        },
      ),
    );
  });

  it('is good for every domain', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        expect(problemOfAddress(`${host}:2376`)).toBeUndefined();
      }),
    );
  });

  it('never holds anything but visible ASCII without quotes, slashes and blanks', () => {
    const nearly = fc.tuple(fc.string({ unit: 'binary' }), fc.constantFrom(':80', ':1', ':', ''));
    fc.assert(
      fc.property(nearly, ([host, port]) => {
        const text = host + port;
        if (problemOfAddress(text) === undefined) {
          expect(text).toMatch(/^([a-z0-9.-]+|\[[0-9a-f:.]+\]):[1-9]\d{0,4}$/i);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has one sound spelling of its port', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0 1 2 3 4 5 6 7 8 9 + - . e x'.split(' '), ' ') }),
        (port) => {
          const number = Number(port);
          const canonical = String(number) === port && number >= 1 && number <= 65_535;
          expect(problemOfAddress(`node:${port}`) === undefined).toBe(
            canonical && Number.isInteger(number),
          );
        },
      ),
    );
  });
});

describe('the address to listen on', () => {
  it('may have port 0 and an IPv6 address in brackets', () => {
    expect(parseListen('[::]:0')).toEqual({ host: '::', port: 0 });
    expect(parseListen('0.0.0.0:3380')).toEqual({ host: '0.0.0.0', port: 3380 });
    expect(parseListen('3380')).toBeUndefined();
  });

  it('is said as it was given', () => {
    for (const text of ['[::1]:3380', '10.0.0.3:1', 'localhost:3380']) {
      expect(sayAddress(parseListen(text) ?? { host: '', port: 0 })).toBe(text);
    }
  });
});
