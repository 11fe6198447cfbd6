import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes } from '../../standin/cluster/sizes.ts';
import { renderStatus, type EngineReport } from '../../standin/cluster/status.ts';

const healthy: EngineReport = {
  name: 'node1',
  address: '10.0.0.1:2376',
  id: 'ABCD|10.0.0.1:2376',
  state: 'Healthy',
  containers: { running: 1, paused: 0, stopped: 2 },
  usedCpus: 1,
  totalCpus: 4,
  usedMemory: 0,
  totalMemory: 9_019_431_321,
  labels: new Map([
    ['storagedriver', 'overlay2'],
    ['operatingsystem', 'Debian'],
  ]),
  error: '',
  updatedAt: new Date('2026-11-22T16:35:06.789Z'),
  version: '20.10.24',
};

const unknown: EngineReport = {
  ...healthy,
  name: '',
  address: '10.0.0.9:2376',
  id: '',
  state: 'Pending',
  containers: { running: 0, paused: 0, stopped: 0 },
  usedCpus: 0,
  totalCpus: 0,
  totalMemory: 0,
  labels: new Map(),
  error:
    'Cannot connect to the Docker daemon at tcp://10.0.0.9:2376. Is the docker daemon running?',
  version: '',
};

describe('renderStatus', () => {
  it('renders engines in the order, spacing and words clients parse', () => {
    expect(renderStatus(['health', 'port'], [healthy, unknown])).toEqual([
      ['Role', 'primary'],
      ['Strategy', 'spread'],
      ['Filters', 'health, port'],
      ['Nodes', '2'],
      [' (unknown)', '10.0.0.9:2376'],
      ['  └ ID', ''],
      ['  └ Status', 'Pending'],
      ['  └ Containers', '0'],
      ['  └ Reserved CPUs', '0 / 0'],
      ['  └ Reserved Memory', '0 B / 0 B'],
      ['  └ Labels', ''],
      ['  └ Error', unknown.error],
      ['  └ UpdatedAt', '2026-11-22T16:35:06Z'],
      ['  └ ServerVersion', ''],
      [' node1', '10.0.0.1:2376'],
      ['  └ ID', 'ABCD|10.0.0.1:2376'],
      ['  └ Status', 'Healthy'],
      ['  └ Containers', '3 (1 Running, 0 Paused, 2 Stopped)'],
      ['  └ Reserved CPUs', '1 / 4'],
      ['  └ Reserved Memory', '0 B / 8.4 GiB'],
      ['  └ Labels', 'operatingsystem=Debian, storagedriver=overlay2'],
      ['  └ UpdatedAt', '2026-11-22T16:35:06Z'],
      ['  └ ServerVersion', '20.10.24'],
    ]);
  });

  it('sorts names with numbers as people do', () => {
    const names = ['n10', 'n2', 'n1'].map((name) => ({ ...healthy, name }));
    const rendered = renderStatus([], names)
      .map(([key]) => key)
      .filter((key) => key.startsWith(' n'));
    expect(rendered).toEqual([' n1', ' n2', ' n10']);
  });
});

describe('sizes and ages', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [26_539_867_136, '24.72 GiB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [999, 'Less than a second'],
    [7000, '7 seconds'],
    [61_000, 'About a minute'],
    [3_600_000, 'About an hour'],
    [172_800_000, '2 days'],
  ])('%i ms are %s', (ms, text) => expect(formatAge(ms)).toBe(text));
});
