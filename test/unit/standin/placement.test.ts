import { describe, expect, it } from 'vitest';
import { pinsNode, readContainerConfig, readExprs } from '../../standin/cluster/config.ts';
import {
  chooseNode,
  type PlacedContainer,
  type PlacementNode,
} from '../../standin/cluster/placement.ts';

const filters = [
  'health',
  'port',
  'containerslots',
  'dependency',
  'affinity',
  'constraint',
  'whitelist',
];

function placed(name: string, more: Partial<PlacedContainer> = {}): PlacedContainer {
  return {
    id: `id-${name}`,
    swarmId: `swarm-${name}`,
    name,
    labels: {},
    networkMode: 'default',
    exposedPorts: [],
    ports: [],
    ...more,
  };
}

function node(name: string, more: Partial<PlacementNode> = {}): PlacementNode {
  return {
    id: `id-${name}`,
    name,
    labels: new Map([['region', name === 'n1' ? 'us-east' : 'eu']]),
    healthIndicator: 100,
    containers: [],
    images: [],
    usedCpus: 0,
    totalCpus: 4,
    usedMemory: 0,
    totalMemory: 1000,
    ...more,
  };
}

const place = (nodes: PlacementNode[], body: Record<string, unknown> = {}) =>
  chooseNode(nodes, readContainerConfig(body), filters).name;
const wish = (...Env: string[]) => ({ Env });

describe('spread', () => {
  it('takes the node with the fewest containers, and the first by name among equals', () => {
    const busy = node('n1', { containers: [placed('a'), placed('b')] });
    expect(place([busy, node('n2', { containers: [placed('c')] })])).toBe('n2');
    expect(place([node('n10'), node('n2')])).toBe('n2');
  });

  it('avoids a node that lately failed even if it is empty', () => {
    const shaky = node('n1', { healthIndicator: 67 });
    expect(place([shaky, node('n2', { containers: [placed('a')] })])).toBe('n2');
  });

  it('counts memory and cores for containers that ask for them', () => {
    const full = node('n1', { usedMemory: 900 });
    expect(place([full, node('n2')], { HostConfig: { Memory: 200 } })).toBe('n2');
    expect(() => place([full], { HostConfig: { Memory: 200 } })).toThrow(
      'no resources available to schedule container',
    );
  });

  it('finds nothing without a healthy node', () => {
    const message = 'No healthy node available in the cluster';
    expect(() => place([])).toThrow(message);
    expect(() => place([node('n1', { healthIndicator: 0 })])).toThrow(message);
  });
});

describe('constraints', () => {
  const nodes = [node('n1', { containers: [placed('a')] }), node('n2')];

  it.each([
    ['constraint:node==n1', 'n1'],
    ['constraint:node!=n1', 'n2'],
    ['constraint:region==us*', 'n1'],
    ['constraint:region!=us-east', 'n2'],
    ['constraint:region==/us/', 'n1'],
    ['constraint:region==~mars', 'n2'],
  ])('%s picks %s', (env, name) => expect(place(nodes, wish(env))).toBe(name));

  it('names the wishes no node satisfies', () => {
    expect(() => place(nodes, wish('constraint:region==mars', 'constraint:node==n1'))).toThrow(
      'Unable to find a node that satisfies the following conditions \n' +
        '[available container slots]\n[region==mars node==n1]',
    );
  });

  it('moves them from the environment to a label', () => {
    const config = readContainerConfig(wish('A=b:c', 'constraint:node==n1', 'affinity:image==x'));
    expect(config.Env).toEqual(['A=b:c']);
    expect(readExprs(config, 'constraints')).toEqual(['node==n1']);
    expect(config.Labels['com.docker.swarm.affinities']).toBe('["image==x"]');
    expect(pinsNode(config)).toBe(true);
    expect(pinsNode(readContainerConfig(wish('constraint:node==~n1')))).toBe(false);
  });
});

describe('the other filters', () => {
  it('keeps clear of host ports that are taken or promised', () => {
    const body = { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } } };
    const web = placed('web', { ports: [body.HostConfig.PortBindings] });
    expect(place([node('n1', { containers: [web] }), node('n2')], body)).toBe('n2');
    expect(() => place([node('n1', { containers: [web] })], body)).toThrow(
      '\n[port 8080 (Bridge mode)]',
    );
  });

  it('respects the slots a node has', () => {
    const labels = new Map([['containerslots', '1']]);
    const full = node('n1', { labels, containers: [placed('a')] });
    expect(place([full, node('n2', { containers: [placed('b'), placed('c')] })])).toBe('n2');
  });

  it('puts containers that depend on each other together', () => {
    const nodes = [node('n1', { containers: [placed('data')] }), node('n2')];
    expect(place(nodes, { HostConfig: { VolumesFrom: ['data:ro'] } })).toBe('n1');
    expect(place(nodes, { HostConfig: { NetworkMode: 'container:data' } })).toBe('n1');
  });

  it('goes where an image or a container is', () => {
    const nodes = [node('n1', { images: ['app:1', 'app'], containers: [placed('a')] }), node('n2')];
    expect(place(nodes, wish('affinity:image==app:1'))).toBe('n1');
    expect(place(nodes, wish('affinity:container!=a'))).toBe('n2');
  });
});
