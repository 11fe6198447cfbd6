import { describe, expect, it } from 'vitest';
import { parseSwarmInfo } from '../../../src/swarm/info.ts';

type Pairs = [string, string][];

const header: Pairs = [
  ['Role', 'primary'],
  ['Strategy', 'spread'],
  ['Filters', 'health, port, containerslots, dependency, affinity, constraint, whitelist'],
  ['Nodes', '2'],
];

/** As swarm 1.2.9 sends it. (swarm-v1.md §5) */
const healthy: Pairs = [
  [' node1', '127.9.0.11:23751'],
  ['  └ ID', 'ID-node1|127.9.0.11:23751'],
  ['  └ Status', 'Healthy'],
  ['  └ Containers', '3 (1 Running, 0 Paused, 2 Stopped)'],
  ['  └ Reserved CPUs', '0 / 4'],
  ['  └ Reserved Memory', '0 B / 8.4 GiB'],
  [
    '  └ Labels',
    'kernelversion=6.1.0, operatingsystem=Debian GNU/Linux 12, x=a, b, ostype=linux, region=us',
  ],
  ['  └ UpdatedAt', '2026-11-22T16:35:06Z'],
  ['  └ ServerVersion', '20.10.24'],
];

const unreached: Pairs = [
  [' (unknown)', '127.9.0.12:23752'],
  ['  └ ID', ''],
  ['  └ Status', 'Pending'],
  ['  └ Containers', '0'],
  ['  └ Reserved CPUs', '0 / 0'],
  ['  └ Reserved Memory', '0 B / 0 B'],
  ['  └ Labels', ''],
  [
    '  └ Error',
    'Cannot connect to the Docker daemon at tcp://127.9.0.12:23752. Is the docker daemon running?',
  ],
  ['  └ UpdatedAt', '2026-11-22T16:35:06Z'],
  ['  └ ServerVersion', ''],
];

describe('parseSwarmInfo', () => {
  it('reads a primary with a healthy node and one never reached', () => {
    expect(parseSwarmInfo([...header, ...healthy, ...unreached])).toEqual({
      role: 'primary',
      strategy: 'spread',
      nodes: [
        {
          name: 'node1',
          address: '127.9.0.11:23751',
          id: 'ID-node1|127.9.0.11:23751',
          status: 'Healthy',
          containers: 3,
          error: '',
          updatedAt: expect.stringContaining('2026-') as string,
          serverVersion: '20.10.24',
        },
        {
          name: '(unknown)',
          address: '127.9.0.12:23752',
          id: '',
          status: 'Pending',
          containers: 0,
          error:
            'Cannot connect to the Docker daemon at tcp://127.9.0.12:23752. Is the docker daemon running?',
          updatedAt: '2026-11-22T16:35:06Z',
          serverVersion: '',
        },
      ],
    });
  });

  it('reads a replica, whose header has a line more', () => {
    const info = parseSwarmInfo([
      ['Role', 'replica'],
      ['Primary', '127.9.0.1:23700'],
      ...header.slice(1),
      ...healthy,
    ]);
    expect(info).toMatchObject({ role: 'replica', strategy: 'spread' });
    expect(info?.nodes).toHaveLength(1);
  });

  it('keeps nodes apart that have the same name', () => {
    const info = parseSwarmInfo([
      ...header,
      ...unreached,
      [' (unknown)', '127.9.0.13:1'],
      ['  └ Status', 'Unhealthy'],
    ]);
    expect(info?.nodes.map(({ address, status }) => [address, status])).toEqual([
      ['127.9.0.12:23752', 'Pending'],
      ['127.9.0.13:1', 'Unhealthy'],
    ]);
  });

  it('reads the count of containers in both forms', () => {
    const count = (text: string) =>
      parseSwarmInfo([
        [' a', 'b'],
        ['  └ Containers', text],
      ])?.nodes[0]?.containers;
    expect(count('2')).toBe(2);
    expect(count('12 (10 Running, 1 Paused, 1 Stopped)')).toBe(12);
    expect(count('?')).toBe(0);
  });

  it.each([
    ['backspaces', (key: string) => `\b${key}`],
    ['other branches', (key: string) => key.replace('└', '├')],
    ['plain letters', (key: string) => key.replace('└', 'L')],
    ['a deeper indent', (key: string) => key.replace(/^ {2}/, '   ')],
  ])('reads the same with %s', (_, change) => {
    const pairs = [...header, ...healthy, ...unreached];
    const changed = pairs.map(([key, value]): [string, string] => [change(key), value]);
    expect(parseSwarmInfo(changed)).toEqual(parseSwarmInfo(pairs));
  });

  it('takes the (none) of older managers for no error', () => {
    const info = parseSwarmInfo([...header, ...healthy, ['  └ Error', '(none)']]);
    expect(info?.nodes[0]?.error).toBe('');
  });

  it('passes over attributes it does not know, and header lines after nodes', () => {
    const info = parseSwarmInfo([...healthy, ['  └ Colour', 'blue'], ['Role', 'primary']]);
    expect(info).toMatchObject({ role: 'primary', nodes: [{ name: 'node1', status: 'Healthy' }] });
  });

  it('takes a node without attributes for pending', () => {
    expect(parseSwarmInfo([[' a', 'b:1']])?.nodes).toEqual([
      {
        name: 'a',
        address: 'b:1',
        id: '',
        status: 'Pending',
        containers: 0,
        error: '',
        updatedAt: '',
        serverVersion: '',
      },
    ]);
  });

  it('is a manager without nodes when the list is empty, and no manager when it is missing', () => {
    expect(parseSwarmInfo([])).toEqual({ role: '', strategy: '', nodes: [] });
    expect(parseSwarmInfo(null)).toBeUndefined();
    expect(parseSwarmInfo(undefined)).toBeUndefined();
  });

  it('does not stumble over an attribute before the first node', () => {
    expect(parseSwarmInfo([['  └ Status', 'Healthy'], ...header])?.nodes).toEqual([]);
  });
});
