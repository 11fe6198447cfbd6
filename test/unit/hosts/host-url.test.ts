import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostUrl, parseHostUrl, sayUrl, withSshDefaults } from '../../../src/hosts/host-url.ts';

/** The normal form of what is right, and the sentences of what is wrong. */
function read(text: string): string | readonly string[] {
  const url = parseHostUrl(text);
  return 'problems' in url ? url.problems : hostUrl(url);
}

describe('the URL of a host', () => {
  it.each([
    ['local', 'local'],
    ['ssh://a', 'ssh://a'],
    ['ssh://root@10.0.0.1:22/', 'ssh://root@10.0.0.1:22'],
    ['ssh://a%40b@host', 'ssh://a%40b@host'],
    ['ssh://root@[FD00:0::1]', 'ssh://root@[fd00::1]'],
    ['ssh://[fe80::1%25eth0]:22', 'ssh://[fe80::1%25eth0]:22'],
    ['tcp://Engine.Example.org', 'tcp://engine.example.org:2376'],
    ['tcp://10.0.0.1:2377/', 'tcp://10.0.0.1:2377'],
    ['tcp://[fd00:0:0::1]:02376', 'tcp://[fd00::1]:2376'],
    ['context://far-1.x', 'context://far-1.x'],
  ])('%s is %s', (text, normal) => {
    expect(read(text)).toBe(normal);
    expect(read(normal)).toBe(normal);
  });

  const FORMS = 'ssh://user@host[:port], tcp://host[:port], context://NAME or local';

  it.each([
    ['root@1.2.3.4', 'is not the URL of a host: did you mean ssh://root@1.2.3.4?'],
    ['1.2.3.4', 'is not the URL of a host: did you mean ssh://1.2.3.4?'],
    ['1.2.3.4:2376', 'is not the URL of a host: did you mean tcp://1.2.3.4:2376?'],
    ['web:22', 'is not the URL of a host: did you mean ssh://web:22?'],
    ['fd00::1', 'is not the URL of a host: did you mean ssh://[fd00::1]?'],
    ['Local', 'is not the URL of a host: did you mean local?'],
    ['localhost', 'is not the URL of a host: did you mean local?'],
    ['https://a:2376', 'is not the URL of a host: did you mean tcp://a:2376?'],
    ['shs://root@a', 'is not the URL of a host: did you mean ssh://root@a?'],
    ['SSH://root@a', 'is not the URL of a host: did you mean ssh://root@a?'],
    ['unix:///run/docker.sock', `is not the URL of a host: hosts are ${FORMS}`],
    ['', `is not the URL of a host: hosts are ${FORMS}`],
    ['a b', `is not the URL of a host: hosts are ${FORMS}`],
    ['tcp://', 'is not of the form tcp://host[:port]'],
    ['tcp://a b', 'is not of the form tcp://host[:port]'],
    ['tcp://*.a', 'is not of the form tcp://host[:port]'],
    ['tcp://10.0.0.300', 'is not of the form tcp://host[:port]'],
    ['tcp://a:x', 'is not of the form tcp://host[:port]'],
    ['tcp://[10.0.0.1]', 'is not of the form tcp://host[:port]'],
    ['tcp://[fe80::1%25eth0]', 'is not of the form tcp://host[:port]'],
    ['tcp://fd00::1', 'has an IPv6 address without brackets: write tcp://[fd00::1]'],
    ['tcp://a:2376/v1', 'goes on after the port: give tcp://host[:port] only'],
    ['tcp://a?x', 'goes on after the port: give tcp://host[:port] only'],
    ['tcp://a:0', 'has the port 0; ports are 1 to 65535'],
    ['tcp://a:65536', 'has the port 65536; ports are 1 to 65535'],
    ['tcp://me@a', 'names a user: engines at tcp:// take certificates'],
    ['context://', '"" cannot be the name of a docker context'],
    ['context://../x', '"../x" cannot be the name of a docker context'],
  ])('%j is refused', (text, why) => {
    const [only, ...more] = read(text);
    expect(more).toEqual([]);
    expect(only).toContain(why);
    expect(only).toContain(`"${text}"`);
  });

  it('has what is wrong with an ssh URL from where it is read', () => {
    expect(read('ssh://a:0')).toEqual(['ssh://a:0: "0" is not a port; ports are 1 to 65535']);
  });

  it.each(['ssh://me:geheim@a', 'tcp://me:geheim@a', 'me:geheim@a', 'http://me:geheim@a'])(
    'never has the password of %s told',
    (text) => {
      const told = read(text);
      expect(told).not.toBeTypeOf('string');
      expect(String(told)).not.toContain('geheim');
      expect(sayUrl(text)).not.toContain('geheim');
    },
  );

  it('is told without fail, whatever it is', () => {
    const parts = fc.constantFrom(
      'ssh',
      'tcp',
      'context',
      '://',
      '@',
      ':',
      '[',
      ']',
      '/',
      '%',
      'a',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 8 }), (some) => {
        const normal = read(some.join(''));
        if (typeof normal === 'string') expect(read(normal)).toBe(normal);
        else expect(normal.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('what an ssh URL leaves out', () => {
  const defaults = { 'ssh-user': 'deploy', 'ssh-port': 2222 };

  it.each([
    ['ssh://a', 'ssh://deploy@a:2222'],
    ['ssh://root@a', 'ssh://root@a:2222'],
    ['ssh://a:22', 'ssh://deploy@a:22'],
    ['tcp://a', 'tcp://a:2376'],
    ['local', 'local'],
  ])('of %s comes from the flags', (text, whole) => {
    const url = parseHostUrl(text);
    if ('problems' in url) throw new Error(url.problems.join());
    expect(hostUrl(withSshDefaults(url, defaults))).toBe(whole);
    expect(hostUrl(withSshDefaults(url, {}))).toBe(hostUrl(url));
  });
});
