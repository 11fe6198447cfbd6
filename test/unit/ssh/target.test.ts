import { describe, expect, it } from 'vitest';
import { parseSshUrl, sayByHand, sayHost } from '../../../src/ssh/target.ts';

describe('ssh://', () => {
  it.each([
    ['ssh://web1', { host: 'web1' }],
    ['ssh://web1/', { host: 'web1' }],
    ['ssh://root@10.0.0.5', { host: '10.0.0.5', user: 'root' }],
    [
      'ssh://deploy@host.example.org:2222',
      { host: 'host.example.org', user: 'deploy', port: 2222 },
    ],
    ['ssh://[fd00::5]', { host: 'fd00::5' }],
    ['ssh://root@[fd00::5]:22', { host: 'fd00::5', user: 'root', port: 22 }],
    ['ssh://[fe80::1%25eth0]', { host: 'fe80::1%eth0' }],
    ['ssh://my_alias', { host: 'my_alias' }],
    ['ssh://a@example.org@bastion', { host: 'bastion', user: 'a@example.org' }],
    ['ssh://a%40example.org@bastion', { host: 'bastion', user: 'a@example.org' }],
    ['ssh://CORP%5Cme@host', { host: 'host', user: 'CORP\\me' }],
  ])('%s is understood', (url, target) => {
    expect(parseSshUrl(url)).toEqual(target);
  });

  it.each([
    ['web1', 'web1 is not of the form ssh://[user@]host[:port]'],
    ['ssh://', 'ssh:// names no host'],
    ['ssh://user@', 'ssh://user@ names no host'],
    ['ssh://@web1', 'ssh://@web1: the name of the user is empty'],
    ['ssh://web1:', 'ssh://web1:: "" is not a port; ports are 1 to 65535'],
    ['ssh://web1:0', 'ssh://web1:0: "0" is not a port; ports are 1 to 65535'],
    ['ssh://web1:65536', 'ssh://web1:65536: "65536" is not a port; ports are 1 to 65535'],
    ['ssh://web1:ssh', 'ssh://web1:ssh: "ssh" is not a port; ports are 1 to 65535'],
    [
      'ssh://-oProxyCommand=x',
      'ssh://-oProxyCommand=x: "-oProxyCommand=x" cannot be the name of a host',
    ],
    ['ssh://-l@web1', 'ssh://-l@web1: "-l" cannot be the name of a user'],
    ['ssh://$(id)@web1', 'ssh://$(id)@web1: "$(id)" cannot be the name of a user'],
    ['ssh://%zz@web1', 'ssh://%zz@web1: "%zz" is not properly encoded'],
    ['ssh://a b', 'ssh://a b: "a b" cannot be the name of a host'],
    ['ssh://fd00::5', 'ssh://fd00::5 has an IPv6 address without brackets: write ssh://[fd00::5]'],
    ['ssh://[web1]', 'ssh://[web1] has "web1" in brackets, which is not an IPv6 address'],
    ['ssh://[::1', 'ssh://[::1 is not of the form ssh://[user@]host[:port]'],
    [
      'ssh://web1/docker',
      'ssh://web1/docker goes on after the host with "/docker": give ssh://[user@]host[:port] only',
    ],
    [
      'ssh://web1?x=1',
      'ssh://web1?x=1 goes on after the host with "?x=1": give ssh://[user@]host[:port] only',
    ],
  ])('%s is not', (url, problem) => {
    expect(parseSshUrl(url)).toEqual({ problems: [problem] });
  });

  it('does not repeat a password', () => {
    expect(parseSshUrl('ssh://me:secret@web1')).toEqual({
      problems: [
        'ssh://me:[redacted]@web1 has a password in it: ssh takes keys, from an agent or --ssh-key',
      ],
    });
  });

  it('tells all problems at once', () => {
    expect(parseSshUrl('ssh://-x@a b:99999/c')).toMatchObject({
      problems: [
        expect.stringContaining('goes on after the host'),
        expect.stringContaining('name of a user'),
        expect.stringContaining('name of a host'),
        expect.stringContaining('is not a port'),
      ],
    });
  });
});

describe('a target in words', () => {
  it.each([
    [{ host: 'web1' }, 'web1', 'web1'],
    [{ host: 'web1', user: 'me' }, 'web1', 'me@web1'],
    [{ host: 'web1', port: 2222 }, 'web1:2222', '-p 2222 web1'],
    [{ host: 'fd00::5', user: 'me', port: 22 }, '[fd00::5]:22', '-p 22 me@fd00::5'],
  ])('%j', (target, host, byHand) => {
    expect([sayHost(target), sayByHand(target)]).toEqual([host, byHand]);
  });
});
