import { describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import type { ClusterStatus } from '../../../src/health/status.ts';
import { renderCreated } from '../../../src/ui/render-created.ts';
import { renderDestroyed, renderGoing } from '../../../src/ui/render-destroyed.ts';
import { renderError } from '../../../src/ui/render-error.ts';
import { renderGc } from '../../../src/ui/render-gc.ts';
import { renderList } from '../../../src/ui/render-list.ts';
import { renderStatus } from '../../../src/ui/render-status.ts';
import { renderTable } from '../../../src/ui/table.ts';

const node = {
  name: 'demo-1',
  address: '10.117.0.3:2376',
  role: 'node' as const,
  status: 'Healthy',
  reason: '',
  engineVersion: '28.5.2',
  containers: 3,
  certificateDaysLeft: 1094,
};

const status: ClusterStatus = {
  name: 'demo',
  health: 'healthy',
  problems: [],
  manager: {
    url: 'tcp://127.0.0.1:3376',
    status: 'up',
    reason: '',
    version: 'swarm/1.2.9',
    strategy: 'spread',
    standIn: false,
  },
  discovery: {
    kind: 'etcd',
    url: 'etcd://10.117.0.2:2379/demo',
    status: 'up',
    reason: '',
    version: 'etcd 3.5.21',
    members: ['10.117.0.3:2376'],
  },
  expires: null,
  master: { ...node, name: 'demo-m', role: 'master', status: 'Running', containers: null },
  nodes: [node],
};

describe('a table', () => {
  it('has columns as wide as their widest cell, and no blanks at the end of lines', () => {
    expect(
      renderTable(
        ['NAME', 'X', 'LAST'],
        [
          ['a', 'long cell', ''],
          ['longer name', 'b', 'c'],
        ],
      ).split('\n'),
    ).toEqual([
      'NAME         X          LAST',
      'a            long cell',
      'longer name  b          c',
    ]);
  });

  it('is its header when it is empty', () => {
    expect(renderTable(['A', 'B'], [])).toBe('A  B');
  });
});

describe('a status', () => {
  it('shows health, manager, store and a row per host, the master first', () => {
    expect(renderStatus(status).split('\n')).toEqual([
      'Cluster    demo: healthy',
      'Manager    tcp://127.0.0.1:3376  swarm/1.2.9  strategy spread',
      'Discovery  etcd://10.117.0.2:2379/demo  etcd 3.5.21  members 1',
      '',
      'HOST    ADDRESS          ROLE    STATUS   ENGINE  CONTAINERS  CERT DAYS',
      'demo-m  10.117.0.3:2376  master  Running  28.5.2  -           1094',
      'demo-1  10.117.0.3:2376  node    Healthy  28.5.2  3           1094',
    ]);
  });

  it('ends with the problems, and shows what is not known as such', () => {
    const lines = renderStatus({
      ...status,
      health: 'down',
      problems: ['the manager on demo-m does not answer: x', 'demo-1 (Unknown): y'],
      manager: { ...status.manager, version: null, strategy: null },
      discovery: { ...status.discovery, version: null, members: [] },
      master: null,
      nodes: [{ ...node, engineVersion: null, containers: null, certificateDaysLeft: null }],
    }).split('\n');
    expect(lines[1]).toBe('Manager    tcp://127.0.0.1:3376  down');
    expect(lines[2]).toBe('Discovery  etcd://10.117.0.2:2379/demo  down  members 0');
    expect(lines[5]).toBe('demo-1  10.117.0.3:2376  node  Healthy  -       -           -');
    expect(lines.slice(6)).toEqual([
      '',
      'Problems',
      '  the manager on demo-m does not answer: x',
      '  demo-1 (Unknown): y',
    ]);
  });

  it('says when the manager only stands in for Docker Swarm', () => {
    const text = renderStatus({ ...status, manager: { ...status.manager, standIn: true } });
    expect(text).toContain('stand-in for trying things out, not Docker Swarm');
    expect(renderStatus(status)).not.toContain('stand-in');
  });
});

describe('an error', () => {
  const look = { logFile: undefined, color: false, bin: 'swarmctl' };

  it('is its message, what to try, and where to read on', () => {
    const error = new SwarmctlError('STATE', 'no CA', { suggestions: ['do this', 'or that'] });
    expect(renderError(error, { ...look, logFile: '/logs/x.log' })).toBe(
      'Error: no CA\n\nTry this:\n  do this\n  or that\n\n' +
        'Code: STATE (swarmctl explain STATE)\nLog: /logs/x.log\n',
    );
    expect(renderError(new SwarmctlError('STATE', 'no CA'), look)).toBe(
      'Error: no CA\n\nCode: STATE (swarmctl explain STATE)\n',
    );
  });

  it('that is nobody else’s is a fault of ours', () => {
    for (const thrown of [new TypeError('x is undefined'), 'x is undefined']) {
      expect(renderError(thrown, look)).toBe(
        'Error: x is undefined\n\nThis is a fault of swarmctl; please report it with the log.\n',
      );
    }
  });

  it('has colours only when asked for', () => {
    const error = new SwarmctlError('STATE', 'no CA');
    const logFile = '/logs/x.log';
    expect(renderError(error, { ...look, color: true, logFile })).toContain('\u001B[31mError:');
    expect(renderError(error, { ...look, logFile })).not.toContain('\u001B');
  });
});

describe('a cluster that was created', () => {
  const created = {
    changed: true,
    managerUrl: 'tcp://127.0.0.1:3376',
    dockerContext: 'swarmctl-demo',
    status,
  };

  it('is told with how to go on', () => {
    expect(renderCreated(created, 'swarmctl').split('\n')).toEqual([
      'Cluster demo is healthy: 1 node, manager swarm/1.2.9 at tcp://127.0.0.1:3376',
      '',
      '  eval "$(swarmctl env demo)"   point docker at it',
      '  docker --context swarmctl-demo ps',
      '  swarmctl status demo',
      '  swarmctl destroy demo',
    ]);
    const three = { ...created, status: { ...status, nodes: [node, node, node] } };
    expect(renderCreated(three, 'swarmctl')).toContain('3 nodes');
  });

  it('says when it expires', () => {
    const expires = { at: '2026-01-02T05:04:05.678Z', secondsLeft: 7200 };
    expect(renderCreated({ ...created, status: { ...status, expires } }, 'swarmctl')).toContain(
      '\nIt expires in 2h: swarmctl gc\n',
    );
  });

  it('says so when there was nothing to do', () => {
    expect(renderCreated({ ...created, changed: false }, 'swarmctl')).toBe(
      'Nothing to do: cluster demo is as asked for and healthy.',
    );
  });

  it('says when its manager only stands in', () => {
    const standIn = { ...status, manager: { ...status.manager, standIn: true } };
    expect(renderCreated({ ...created, status: standIn }, 'swarmctl')).toContain(
      'not Docker Swarm',
    );
  });
});

describe('a cluster that is destroyed', () => {
  it('is told beforehand, with what goes and what stays', () => {
    expect(renderGoing('demo', ['container a', 'volume b'], 'Images stay.')).toBe(
      'Cluster demo, to be removed:\n  container a\n  volume b\nImages stay.\n',
    );
  });

  it('is told afterwards', () => {
    const name = 'demo';
    expect(
      renderDestroyed({ name, outcome: 'destroyed', imagesKept: ['a:1', 'b:2'], left: [] }),
    ).toMatch(/^Cluster demo is gone.*\nKept on your engine: a:1, b:2$/);
    expect(renderDestroyed({ name, outcome: 'destroyed', imagesKept: [], left: [] })).not.toContain(
      'Kept',
    );
    expect(renderDestroyed({ name, outcome: 'unknown', imagesKept: [], left: [] })).toContain(
      'no cluster demo',
    );
    expect(renderDestroyed({ name, outcome: 'declined', imagesKept: [], left: [] })).toContain(
      'stays as it is',
    );
  });
});

it('what expires is shown, and only then', () => {
  const at = '2026-01-02T05:04:05.678Z';
  const expiring = { ...status, expires: { at, secondsLeft: 5400 } };
  expect(renderStatus(expiring)).toContain('\nExpires    in 1h30m\n');
  expect(renderStatus({ ...status, expires: { at, secondsLeft: -61 } })).toContain('1m1s ago');
  expect(renderStatus(status)).not.toContain('Expires');
  const listed = { name: 'a', health: 'healthy', discovery: 'etcd', nodes: 1, manager: 'm' };
  const cluster = { ...listed, createdAt: null, expires: null, problem: 'x' };
  const rows = renderList([cluster, { ...cluster, expires: { at, secondsLeft: 9 } }]).split('\n');
  expect(rows.map((line) => line.split(/ {2,}/).slice(6))).toEqual([
    ['EXPIRES', 'PROBLEM'],
    ['-', 'x'],
    ['in 9s', 'x'],
  ]);
});

it('gc tells what became of each', () => {
  const expires = { secondsLeft: -3 };
  const text = renderGc([
    { name: 'old', outcome: 'removed', expires, reason: '' },
    { name: 'far', outcome: 'failed', expires: null, reason: 'no\nanswer' },
  ]);
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['NAME', 'OUTCOME', 'EXPIRES', 'REASON'],
    ['old', 'removed', '3s ago'],
    ['far', 'failed', '-', 'no; answer'],
  ]);
  expect(renderGc([])).toContain('No cluster has a ttl');
});

it('a list has a row per cluster, and shows what is not known as such', () => {
  const text = renderList([
    {
      name: 'demo',
      health: 'healthy',
      discovery: 'etcd',
      nodes: 3,
      manager: 'tcp://127.0.0.1:3376',
      createdAt: '2026-01-02T03:04:05.678Z',
      expires: null,
      problem: '',
    },
    {
      name: 'lost',
      health: 'unknown',
      discovery: null,
      nodes: null,
      manager: null,
      createdAt: null,
      expires: null,
      problem: 'its state file is missing',
    },
  ]);
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['NAME', 'HEALTH', 'DISCOVERY', 'NODES', 'MANAGER', 'CREATED', 'PROBLEM'],
    ['demo', 'healthy', 'etcd', '3', 'tcp://127.0.0.1:3376', '2026-01-02 03:04:05Z'],
    ['lost', 'unknown', '-', '-', '-', '-', 'its state file is missing'],
  ]);
});
