import { createServer, type AddressInfo } from 'node:net';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPort } from '../../../../src/hosts/reach/open-port.ts';
import { reachFromHere } from '../../../../src/hosts/reach/reach-from-here.ts';
import { HERE, reachPairs } from '../../../../src/hosts/reach/reach-pairs.ts';
import { outcomeOf, sayReach, type Reach } from '../../../../src/hosts/reach/target.ts';
import { readReach, tryReach } from '../../../../src/hosts/reach/try-reach.ts';
import { calm } from '../../support/cluster.ts';

const target = { host: '10.0.0.1', port: 2376 };

/** A port of this machine on which something listens; afterwards nothing does. */
async function listen(host: string): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, host);
  await new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(() => (server.listening ? close() : Promise.resolve()));
  return { port: (server.address() as AddressInfo).port, close };
}

describe('the words of a failed attempt', () => {
  it.each([
    ['reach: connect: Connection refused reach: line 1: /dev/tcp/10.0.0.1/1: Connection refused'],
    ['[Errno 111] Connection refused'],
    ['nc: connect to 10.0.0.1 port 1 (tcp) failed: Connection refused'],
    ["nc: can't connect to remote host (10.0.0.1): Connection refused"],
    ['Ncat: Connection refused.'],
    ['no route to host; connection refused'],
  ])('%s: refused', (words) => {
    expect(outcomeOf(words)).toBe('refused');
  });

  it.each([
    ['reach: connect: No route to host'],
    ['[Errno 101] Network is unreachable'],
    ['reach: connect: Cannot assign requested address'],
    ['[Errno 97] Address family not supported by protocol'],
    ['[Errno 13] Permission denied'],
    ['ssh: administratively prohibited'],
    ['nc: connect to 10.0.0.1 port 1 (tcp) timed out: Operation now in progress'],
    ['Ncat: TIMEOUT.'],
    ['reach: line 1: etcd-9: Name or service not known'],
    ['[Errno -3] Temporary failure in name resolution'],
    ["nc: bad address 'etcd-9'"],
    ['nc: getaddrinfo for host "etcd-9" port 22: Name or service not known'],
    ['etcd-9: forward host lookup failed: Unknown host'],
  ])('%s: blocked', (words) => {
    expect(outcomeOf(words)).toBe('blocked');
  });

  it('may mean nothing', () => {
    expect(outcomeOf('Too many open files')).toBe('unknown');
  });
});

describe('what a host wrote', () => {
  const targets = [1, 2, 3, 4].map((port) => ({ host: 'fd00::1', port }));

  it('is read in any order, with the words of a login shell in between', () => {
    const stdout = [
      'welcome to reach 0 0',
      'reach 3 127 it has neither a bash that can connect nor python3 nor an nc with -z',
      'reach 1 124 ',
      'reach 0 0 ',
      'reach 2 1 reach: connect: Connection refused ',
    ];
    expect(readReach(targets, stdout.join('\n'), '')).toEqual([
      { ...targets[0], outcome: 'open', words: '' },
      { ...targets[1], outcome: 'blocked', words: 'no answer' },
      { ...targets[2], outcome: 'refused', words: 'reach: connect: Connection refused' },
      {
        ...targets[3],
        outcome: 'unknown',
        words: 'it has neither a bash that can connect nor python3 nor an nc with -z',
      },
    ]);
  });

  it('is unknown when it wrote nothing', () => {
    expect(readReach([target], '', 'sh: cannot fork\n')).toEqual([
      { ...target, outcome: 'unknown', words: 'sh: cannot fork' },
    ]);
  });

  it('is not asked for when there is no target', async () => {
    const run = () => Promise.reject(new Error('asked'));
    expect(await tryReach(run, [], calm)).toEqual([]);
  });
});

describe('tryReach', () => {
  it('gives the targets as arguments, addresses without brackets', async () => {
    const asked: unknown[] = [];
    const run = (command: string[], stdin: string) => {
      asked.push(command.slice(3), stdin);
      return Promise.resolve({ exitCode: 0, stdout: 'reach 0 0 \n', stderr: '' });
    };
    const targets = [{ host: 'fd00::1', port: 22 }, target];
    const outcomes = await tryReach(run, targets, calm);
    expect(asked).toEqual([['reach', '3', 'fd00::1', '22', '10.0.0.1', '2376'], '']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['open', 'unknown']);
  });

  it('tries really, with the shell of this machine', async () => {
    const [open, shut] = [await listen('127.0.0.1'), await listen('127.0.0.1')];
    await shut.close();
    const run = async ([file = '', ...args]: string[]) => {
      const { exitCode = -1, stdout, stderr } = await execa(file, args, { reject: false });
      return { exitCode, stdout, stderr };
    };
    const targets = [open, shut].map(({ port }) => ({ host: '127.0.0.1', port }));
    const outcomes = await tryReach(run, targets, calm);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['open', 'refused']);
  });
});

describe('reachFromHere', () => {
  it('tells open, refused and names that are not known', async () => {
    const [open, shut] = [await listen('127.0.0.1'), await listen('127.0.0.1')];
    await shut.close();
    const targets = [
      { host: '127.0.0.1', port: open.port },
      { host: 'localhost', port: open.port },
      { host: '127.0.0.1', port: shut.port },
      { host: 'nowhere.invalid', port: 22 },
    ];
    expect(await reachFromHere(targets, calm)).toMatchObject([
      { ...targets[0], outcome: 'open', words: '' },
      { ...targets[1], outcome: 'open', words: '' },
      { ...targets[2], outcome: 'refused', words: 'connection refused' },
      { ...targets[3], outcome: 'blocked' },
    ]);
  });

  it('stops when it is told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(reachFromHere([target], stop)).rejects.toThrow('enough');
  });
});

describe('reachPairs', () => {
  const node = (name: string, address: string, more = {}) => ({
    name,
    address,
    ...{ master: false, node: true, ports: { engine: 2376 } },
    ...more,
  });
  const master = node('m', '10.0.0.1', {
    ...{ master: true, node: false },
    ports: { engine: 2376, manager: 3376, store: 2379 },
  });

  it('are those of the manager, of the nodes to the store, and of this machine', () => {
    const hosts = [
      { ...master, reach: { host: 'm.example.org', manager: 4376 } },
      node('a', '10.0.0.2', { ports: { engine: 2377 } }),
      node('b', 'fd00::2'),
    ];
    const say = ({ from, fromAddress, to, host, port, purpose }: Record<string, unknown>) =>
      [from, fromAddress, to, host, port, purpose].map(String).join(' | ');
    expect(reachPairs({ hosts }).map((pair) => say({ ...pair }))).toEqual([
      'm | 10.0.0.1 | a | 10.0.0.2 | 2377 | the engine',
      'm | 10.0.0.1 | b | fd00::2 | 2376 | the engine',
      'a | 10.0.0.2 | m | 10.0.0.1 | 2379 | the discovery store',
      'b | fd00::2 | m | 10.0.0.1 | 2379 | the discovery store',
      `${HERE} | undefined | m | m.example.org | 4376 | the manager`,
    ]);
  });

  it('are none of a host with itself, and none to a store that is not deployed', () => {
    const alone = { ...master, node: true, ports: { engine: 2376, manager: 3376 } };
    expect(reachPairs({ hosts: [alone] })).toEqual([
      {
        ...{ from: HERE, fromAddress: undefined, to: 'm' },
        ...{ host: '10.0.0.1', port: 3376, purpose: 'the manager' },
      },
    ]);
    expect(reachPairs({ hosts: [] })).toEqual([]);
  });
});

describe('openPort', () => {
  const from = ['10.0.0.1', 'fd00::1'];

  it.each([
    [
      'ufw',
      'sudo ufw allow from 10.0.0.1 to any port 2376 proto tcp && sudo ufw allow from fd00::1 to any port 2376 proto tcp',
      'sudo ufw allow from any to any port 2376 proto tcp',
    ],
    [
      'firewalld',
      'sudo firewall-cmd --permanent' +
        ` --add-rich-rule='rule family="ipv4" source address="10.0.0.1" port port="2376" protocol="tcp" accept'` +
        ` --add-rich-rule='rule family="ipv6" source address="fd00::1" port port="2376" protocol="tcp" accept'` +
        ' && sudo firewall-cmd --reload',
      'sudo firewall-cmd --permanent --add-port=2376/tcp && sudo firewall-cmd --reload',
    ],
    [
      'iptables',
      'sudo iptables -I INPUT -p tcp -s 10.0.0.1 --dport 2376 -j ACCEPT && sudo ip6tables -I INPUT -p tcp -s fd00::1 --dport 2376 -j ACCEPT',
      'sudo iptables -I INPUT -p tcp --dport 2376 -j ACCEPT',
    ],
    [
      'nftables',
      'sudo nft insert rule inet filter input ip saddr 10.0.0.1 tcp dport 2376 accept && sudo nft insert rule inet filter input ip6 saddr fd00::1 tcp dport 2376 accept',
      'sudo nft insert rule inet filter input tcp dport 2376 accept',
    ],
  ] as const)('has the command of %s, for addresses and for everybody', (firewall, some, all) => {
    expect(openPort(firewall, 2376, from)).toBe(some);
    expect(openPort(firewall, 2376, [undefined, '10.0.0.1'])).toBe(all);
    expect(openPort(firewall, 2376, ['web1.example.org'])).toBe(all);
  });
});

describe('sayReach', () => {
  const reach = (outcome: Reach['outcome'], words = ''): Reach => ({ ...target, outcome, words });

  it.each([
    [reach('open'), 'port 2376 of 10.0.0.1 is open'],
    [reach('refused'), 'nothing listens at port 2376 of 10.0.0.1'],
    [
      reach('blocked', 'no answer'),
      'port 2376 of 10.0.0.1 does not answer (no answer): a firewall is in between',
    ],
    [
      reach('blocked', 'Name or service not known'),
      'port 2376 of 10.0.0.1 cannot be found from there: Name or service not known',
    ],
    [reach('unknown', 'no nc'), 'port 2376 of 10.0.0.1 could not be tried: no nc'],
  ])('%#', (outcome, sentence) => {
    expect(sayReach(outcome)).toBe(sentence);
  });
});
