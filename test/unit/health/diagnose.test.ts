import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { diagnose, type HostFacts } from '../../../src/health/diagnose.ts';
import { engineAddress, type Host } from '../../../src/cluster/record.ts';
import { ClusterStatusSchema } from '../../../src/health/status.ts';
import type { SwarmNode } from '../../../src/swarm/info.ts';
import { hostOf, recordOf } from '../support/cluster.ts';

type Facts = Parameters<typeof diagnose>[0];
type Engine = HostFacts['engine'];

const up: Engine = {
  up: true,
  version: '28.5.2',
  apiVersion: '1.51',
  minApiVersion: '1.24',
  certificateDaysLeft: 1094,
};

const refused: Engine = {
  up: false,
  reason: 'connection refused (connect ECONNREFUSED 127.0.0.1:40003)',
  cause: 'connection',
};

function entryOf(host: Host, changes: Partial<SwarmNode> = {}): SwarmNode {
  const address = engineAddress(host);
  return {
    name: host.name,
    address,
    id: `ID|${address}`,
    status: 'Healthy',
    containers: 1,
    error: '',
    updatedAt: new Date().toISOString(),
    serverVersion: '28.5.2',
    ...changes,
  };
}

const unreached = {
  name: '(unknown)',
  id: '',
  serverVersion: '',
  containers: 0,
  status: 'Pending',
};

interface Changes {
  /** The manager's entry of demo-1; null when it has none. */
  readonly entry?: Partial<SwarmNode> | null;
  /** What is seen of demo-1 itself. */
  readonly host?: Partial<HostFacts>;
  readonly master?: Partial<HostFacts>;
  readonly members?: readonly string[];
  readonly more?: readonly SwarmNode[];
  readonly manager?: Facts['manager'];
  readonly store?: Facts['store'];
  readonly scheduleOnMaster?: boolean;
}

/** The status of a healthy cluster of two nodes, with something changed. */
function statusWith(changes: Changes = {}) {
  const record = recordOf({ scheduleOnMaster: changes.scheduleOnMaster ?? false });
  const nodes = record.hosts.filter(({ node }) => node);
  const entries = nodes.flatMap((host) => {
    if (host.name !== 'demo-1') return [entryOf(host)];
    return changes.entry === null ? [] : [entryOf(host, changes.entry)];
  });
  const status = diagnose({
    record,
    managerUrl: 'tcp://127.0.0.1:3376',
    discovery: {
      kind: 'etcd',
      url: 'etcd://10.117.0.2:2379/demo',
      place: 'etcd on demo-m',
    },
    manager: changes.manager ?? {
      up: true,
      version: 'swarm/1.2.9',
      standIn: false,
      swarm: {
        role: 'primary',
        strategy: 'spread',
        nodes: [...entries, ...(changes.more ?? [])],
      },
    },
    store: changes.store ?? {
      up: true,
      version: 'etcd 3.5.21',
      members: changes.members ?? nodes.map(engineAddress),
    },
    hosts: record.hosts.map((host) => ({
      host,
      stopped: undefined,
      engine: up,
      stoppedServices: new Map(),
      ...(host.name === 'demo-1' ? changes.host : {}),
      ...(host.master ? changes.master : {}),
    })),
    agent: 'swarm-agent',
  });
  expect(v.is(ClusterStatusSchema, status)).toBe(true);
  return status;
}

/** Health, and what is said of demo-1. */
function of1(changes: Changes) {
  const status = statusWith(changes);
  const node = status.nodes.find(({ name }) => name === 'demo-1');
  if (node?.reason) expect(status.problems).toContain(`demo-1 (${node.status}): ${node.reason}`);
  return { health: status.health, status: node?.status, reason: node?.reason ?? '' };
}

describe('a healthy cluster', () => {
  it('has no problems and shows what was seen', () => {
    expect(statusWith()).toMatchObject({
      name: 'demo',
      health: 'healthy',
      problems: [],
      manager: { status: 'up', reason: '', version: 'swarm/1.2.9', strategy: 'spread' },
      discovery: { kind: 'etcd', status: 'up', members: ['10.117.0.3:2376', '10.117.0.4:2376'] },
      master: { name: 'demo-m', role: 'master', status: 'Running', reason: '', containers: null },
      nodes: [
        {
          name: 'demo-1',
          address: '10.117.0.3:2376',
          role: 'node',
          status: 'Healthy',
          reason: '',
          engineVersion: '28.5.2',
          containers: 1,
          certificateDaysLeft: 1094,
        },
        { name: 'demo-2', status: 'Healthy' },
      ],
    });
  });

  it('has its master among the nodes when that is one', () => {
    const status = statusWith({ scheduleOnMaster: true });
    expect(status.master).toBeNull();
    expect(status.nodes.map(({ name, role }) => [name, role])).toEqual([
      ['demo-m', 'master and node'],
      ['demo-1', 'node'],
      ['demo-2', 'node'],
    ]);
    expect(status.health).toBe('healthy');
  });

  it('says when its manager is a stand-in', () => {
    const swarm = { role: 'primary', strategy: 'spread', nodes: [] };
    const manager = { up: true, version: 'swarm/1.2.9-stand-in', standIn: true, swarm } as const;
    expect(statusWith({ manager }).manager.standIn).toBe(true);
  });
});

describe("the diagnosis of a manager's entry", () => {
  it('Pending, never reached, with an error: connection', () => {
    const error = 'Cannot connect to the Docker daemon at tcp://10.117.0.3:2376.';
    expect(of1({ entry: { ...unreached, error } })).toEqual({
      health: 'degraded',
      status: 'Pending',
      reason: `the manager cannot connect: ${error}`,
    });
    expect(of1({ entry: { ...unreached, error }, host: { engine: refused } }).reason).toBe(
      `the manager cannot connect: its engine does not answer: ${refused.reason}`,
    );
  });

  it('Pending, never reached, no error, wrong name in the certificate: TLS name', () => {
    const engine: Engine = {
      up: false,
      reason: 'its certificate is for another name',
      cause: 'name',
    };
    expect(of1({ entry: unreached, host: { engine } })).toEqual({
      health: 'degraded',
      status: 'Pending',
      reason:
        'TLS name: its certificate is not valid for 10.117.0.3: its certificate is for another name',
    });
  });

  it.each(['certificate has expired', 'unable to verify the first certificate'])(
    'Pending, never reached, no error, %s: TLS',
    (reason) => {
      const engine: Engine = { up: false, reason, cause: 'tls' };
      expect(of1({ entry: unreached, host: { engine } }).reason).toBe(`TLS: ${reason}`);
    },
  );

  it('Pending, never reached, no error, engine down or odd: its own reason', () => {
    expect(of1({ entry: unreached, host: { engine: refused } }).reason).toBe(
      `its engine does not answer: ${refused.reason}`,
    );
    const engine: Engine = { up: false, reason: 'status 500', cause: 'other' };
    expect(of1({ entry: unreached, host: { engine } }).reason).toContain('status 500');
  });

  it('Pending, never reached, no error, engine fine: the manager tries again later', () => {
    expect(of1({ entry: unreached }).reason).toMatch(/^not reached yet: .*30 to 60 s/);
  });

  it('Pending, known, no error, engine too new: API window with both versions and a cure', () => {
    const engine: Engine = { ...up, version: '29.0.0', apiVersion: '1.52', minApiVersion: '1.44' };
    const { reason } = of1({ entry: { status: 'Pending' }, host: { engine } });
    for (const part of ['API window', '29.0.0', '1.44 to 1.52', '1.31', 'DOCKER_MIN_API_VERSION']) {
      expect(reason).toContain(part);
    }
  });

  it('Pending, known, no error, API fine: the list calls fail', () => {
    const engine: Engine = { ...up, minApiVersion: '1.31' };
    const { reason } = of1({ entry: { status: 'Pending' }, host: { engine } });
    expect(reason).toContain('refuses the list calls');
  });

  it('Pending, known, no error, engine down meanwhile: its own reason', () => {
    const { reason } = of1({ entry: { status: 'Pending' }, host: { engine: refused } });
    expect(reason).toContain('does not answer');
  });

  it.each(['Pending', 'Healthy', 'Unhealthy'])(
    '%s, another ID: the engine was replaced',
    (status) => {
      const error =
        'Engine (ID: A|10.117.0.3:2376) shows up with another ID:B|10.117.0.3:2376. Please remove it from cluster, it can be added back.';
      expect(of1({ entry: { status, error } }).reason).toBe(`its engine was replaced: ${error}`);
    },
  );

  it('Healthy with an error: failing now', () => {
    const error = 'Cannot connect to the Docker daemon at tcp://10.117.0.3:2376.';
    expect(of1({ entry: { error } })).toEqual({
      health: 'degraded',
      status: 'Healthy',
      reason: `failing now, not yet flagged by the manager: ${error}`,
    });
    expect(of1({ entry: { error }, host: { stopped: 'its container is gone' } }).reason).toBe(
      'failing now, not yet flagged by the manager: its container is gone',
    );
  });

  it('Healthy, but not heard from for long: since when', () => {
    const updatedAt = new Date(Date.now() - 10 * 60_000).toISOString();
    expect(of1({ entry: { updatedAt } })).toEqual({
      health: 'degraded',
      status: 'Healthy',
      reason: `the manager has not heard from it for 10 min 0 s, since ${updatedAt}`,
    });
  });

  it('Healthy, not in the store: its registration has ended', () => {
    expect(of1({ members: ['10.117.0.4:2376'] })).toEqual({
      health: 'degraded',
      status: 'Healthy',
      reason: 'the manager lists it, but etcd does not: its registration has ended',
    });
  });

  it.each(['Unhealthy', 'Disconnected'])(
    '%s: the error, or what was seen of the host',
    (status) => {
      const error = 'Cannot connect';
      expect(of1({ entry: { status, error } })).toEqual({
        health: 'degraded',
        status,
        reason: error,
      });
      expect(of1({ entry: { status, error }, host: { engine: refused } }).reason).toContain(
        'refused',
      );
      expect(of1({ entry: { status } }).reason).toBe('the manager gives no reason');
    },
  );

  it('absent, but in the store: not read yet', () => {
    expect(of1({ entry: null })).toEqual({
      health: 'degraded',
      status: 'Absent',
      reason: 'etcd lists it, but the manager does not: it has not read the store again yet',
    });
  });

  it('absent, and not in the store: not registered', () => {
    expect(of1({ entry: null, members: [] }).reason).toBe(
      'it is not registered in etcd: see the log of swarm-agent on it',
    );
  });

  it('absent, and the store is down', () => {
    const store = { up: false, reason: 'connection refused', cause: 'connection' } as const;
    expect(of1({ entry: null, store }).reason).toContain('etcd does not answer');
  });
});

describe('what a host shows by itself', () => {
  const agent = 'its container swarm-agent is exited (exit code 1)';
  const stoppedServices = new Map([['swarm-agent', agent]]);

  it('a stopped agent, while the manager still lists the node', () => {
    expect(of1({ host: { stoppedServices } })).toEqual({
      health: 'degraded',
      status: 'Healthy',
      reason: agent,
    });
    expect(of1({ host: { stoppedServices }, members: [] }).reason).toBe(agent);
    expect(of1({ host: { stoppedServices }, members: [], entry: null }).reason).toBe(agent);
  });

  it('a stopped host comes before everything that follows from it', () => {
    const host = { stopped: 'its container is gone', engine: refused, stoppedServices };
    expect(of1({ host }).reason).toBe('its container is gone');
    expect(of1({ host, entry: null, members: [] }).reason).toBe('its container is gone');
    expect(of1({ host: { engine: refused, stoppedServices } }).reason).toContain('does not answer');
  });

  it.each([
    [-1, 'its certificate has expired'],
    [0, 'its certificate ends in 0 days'],
    [29, 'its certificate ends in 29 days'],
    [30, ''],
  ])('a certificate with %s days left', (certificateDaysLeft, reason) => {
    const node = of1({ host: { engine: { ...up, certificateDaysLeft } } });
    expect(node).toEqual({
      health: reason === '' ? 'healthy' : 'degraded',
      status: 'Healthy',
      reason,
    });
  });

  it('a certificate that is not ours is told when it has expired', () => {
    const host = { ...hostOf(recordOf(), 'demo-1'), url: 'tcp://10.0.0.7:2376' };
    const reason = (certificateDaysLeft: number) =>
      of1({ host: { host, engine: { ...up, certificateDaysLeft } } }).reason;
    expect(reason(3)).toBe('');
    expect(reason(-1)).toBe('its certificate has expired');
  });

  it('no certificate, as without TLS, is no problem', () => {
    const status = statusWith({ host: { engine: { ...up, certificateDaysLeft: undefined } } });
    expect(status.health).toBe('healthy');
    expect(status.nodes[0]?.certificateDaysLeft).toBeNull();
  });

  it('a master that is no node: stopped', () => {
    const status = statusWith({ master: { engine: refused, stopped: 'its container is gone' } });
    expect(status.master).toMatchObject({
      status: 'Stopped',
      reason: 'its container is gone',
      engineVersion: null,
    });
    expect(status.health).toBe('degraded');
    expect(status.problems).toEqual(['demo-m (Stopped): its container is gone']);
  });
});

describe('manager and store', () => {
  const down = { up: false, reason: 'connection refused', cause: 'connection' } as const;

  it('a manager that is down makes the cluster down and the nodes Unknown', () => {
    const status = statusWith({ manager: down, host: { stopped: 'its container is gone' } });
    expect(status.health).toBe('down');
    expect(status.problems[0]).toBe('the manager on demo-m does not answer: connection refused');
    expect(status.manager).toMatchObject({
      status: 'down',
      reason: 'connection refused',
      version: null,
      strategy: null,
      standIn: false,
    });
    expect(status.nodes.map(({ status: word, reason }) => [word, reason])).toEqual([
      ['Unknown', 'its container is gone'],
      ['Unknown', 'the manager does not answer'],
    ]);
    expect(status.nodes.map(({ containers }) => containers)).toEqual([null, null]);
  });

  it('a store that is down is a problem, and nodes are not accused of it', () => {
    const status = statusWith({ store: down });
    expect(status.health).toBe('degraded');
    expect(status.problems).toEqual(['etcd on demo-m does not answer: connection refused']);
    expect(status.discovery).toMatchObject({ status: 'down', version: null, members: [] });
  });

  it('is down when no node is Healthy', () => {
    const record = recordOf();
    const nodes = record.hosts
      .filter(({ node }) => node)
      .map((host) => entryOf(host, { status: 'Unhealthy', error: 'x' }));
    const swarm = { role: 'primary', strategy: 'spread', nodes };
    const manager = { up: true, version: 'swarm/1.2.9', standIn: false, swarm } as const;
    expect(statusWith({ manager }).health).toBe('down');
  });

  it('names nodes that the manager lists and that are none of ours', () => {
    const [stranger] = recordOf().hosts.map((host) =>
      entryOf(host, { name: 'intruder', address: '10.9.9.9:2376' }),
    );
    const status = statusWith({ more: stranger ? [stranger] : [] });
    expect(status.health).toBe('degraded');
    expect(status.problems).toEqual([
      'the manager lists intruder at 10.9.9.9:2376, which is no host of this cluster',
    ]);
  });
});
