import { describe, expect, it } from 'vitest';
import { mergeSettings, type Origin } from '../../../src/config/merge.ts';
import { parseClusterFile } from '../../../src/config/read.ts';
import { DEFAULTS, variableOf, type Settings } from '../../../src/config/settings.ts';

/** What was said on the command line and in the environment, over the defaults. */
function given(flags: Partial<Settings>, environment: Partial<Settings> = {}) {
  const origin = (setting: string): Origin => {
    if (setting in flags) return 'flag';
    return setting in environment ? 'environment' : 'default';
  };
  return { values: { ...DEFAULTS, ...environment, ...flags } as Settings, origin };
}

function fileOf(...lines: string[]) {
  const text = ['version: 1', 'name: demo', ...lines].join('\n');
  return parseClusterFile('/x/f.yaml', text, { env: {}, stores: [] });
}

describe('what counts', () => {
  const file = fileOf('nodes: 5', 'scheduleOnMaster: true', 'engine: {labels: [a=file, b=file]}');

  it('is the default without anything', () => {
    expect(mergeSettings(given({}), undefined).settings).toEqual(DEFAULTS);
  });

  it('is the file over the default', () => {
    expect(mergeSettings(given({}), file).settings).toEqual({
      ...DEFAULTS,
      name: 'demo',
      nodes: 5,
      'schedule-on-master': true,
      'engine-label': ['a=file', 'b=file'],
    });
  });

  it('is the environment over the file', () => {
    const { settings } = mergeSettings(given({}, { nodes: 6, 'schedule-on-master': false }), file);
    expect(settings).toMatchObject({ name: 'demo', nodes: 6, 'schedule-on-master': false });
  });

  it('is a flag over everything, also one that says the default', () => {
    const { settings } = mergeSettings(given({ name: 'other', nodes: 3 }), file);
    expect(settings).toMatchObject({ name: 'other', nodes: 3, 'schedule-on-master': true });
  });

  it('is the whole of a list', () => {
    const { settings } = mergeSettings(given({ 'engine-label': ['c=flag'] }), file);
    expect(settings['engine-label']).toEqual(['c=flag']);
  });

  it('is of another store nothing that belongs to that of the file', () => {
    const tls = fileOf('discovery: {url: "consul://a:1", ca: a, cert: b, key: c}');
    expect(mergeSettings(given({ discovery: 'etcd' }), tls).settings).toEqual({
      ...DEFAULTS,
      name: 'demo',
    });
    expect(mergeSettings(given({ 'discovery-ca': 'mine' }), tls).settings).toMatchObject({
      discovery: 'consul://a:1',
      'discovery-ca': 'mine',
      'discovery-cert': '/x/b',
    });
  });
});

describe('hosts of a file', () => {
  const file = fileOf(
    'hosts: [ssh://a, {url: ssh://b, role: master}]',
    'nodes: 1',
    'localAddress: 10.0.0.9',
    'ssh: {user: deploy, key: id}',
    'tls: {ca: ca.pem}',
    'engine: {installUrl: "https://a"}',
    'ports: {engine: 2377}',
  );

  it('count with their roles', () => {
    const { settings, isSaid } = mergeSettings(given({}), file);
    expect(settings).toMatchObject({
      host: [{ url: 'ssh://a' }, { url: 'ssh://b', role: 'master' }],
      nodes: 1,
    });
    expect(['host', 'nodes', 'engine-port', 'ssh-port'].map(isSaid)).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it('go all at once, with their number and what no other host needs', () => {
    const { settings, isSaid } = mergeSettings(given({ host: ['ssh://c', 'ssh://d'] }), file);
    expect(settings).toEqual({
      ...{ ...DEFAULTS, name: 'demo', host: ['ssh://c', 'ssh://d'] },
      ...{ 'ssh-user': 'deploy', 'ssh-key': '/x/id', 'engine-port': 2377 },
      'engine-install-url': 'https://a',
    });
    expect(isSaid('nodes')).toBe(false);
    const local = mergeSettings(given({}, { host: ['local', 'tcp://e'] }), file).settings;
    expect(local).toEqual({
      ...{ ...DEFAULTS, name: 'demo', host: ['local', 'tcp://e'] },
      ...{ 'local-address': '10.0.0.9', 'tls-ca-cert': '/x/ca.pem', 'engine-port': 2377 },
    });
  });

  it('have their engines installed in one way', () => {
    const never = mergeSettings(given({ 'engine-install': false }), file).settings;
    expect(never['engine-install-url']).toBeUndefined();
    const url = { 'engine-install-url': 'https://b' };
    const other = mergeSettings(given(url), fileOf('engine: {install: false}')).settings;
    expect(other).toMatchObject({ ...url, 'engine-install': true });
  });

  it('are told of by number and key, at their place', () => {
    const { tell } = mergeSettings(given({}), file);
    const host = { setting: 'host', index: 1 };
    expect(
      tell([
        { ...host, within: { key: 'role' }, sentence: 'hosts[1].role is wrong' },
        { ...host, sentence: '--host ssh://b is there twice' },
        { setting: 'host', sentence: '--host names too many' },
        { setting: 'nodes', sentence: '--nodes 1 contradicts --host' },
        { setting: 'engine-opt', sentence: '--engine-opt "x": swarmctl sets --host itself' },
      ]),
    ).toEqual([
      '/x/f.yaml:3:1: hosts names too many',
      '/x/f.yaml:3:18: hosts[1] ssh://b is there twice',
      '/x/f.yaml:3:33: hosts[1].role is wrong',
      '/x/f.yaml:4:1: nodes 1 contradicts hosts',
      '--engine-opt "x": swarmctl sets --host itself',
    ]);
  });

  it('are told of by flag when they are from there', () => {
    const { tell } = mergeSettings(given({ host: ['ssh://c'] }), file);
    const twice = { setting: 'host', index: 1, sentence: '--host ssh://c is there twice' };
    expect(tell([twice])).toEqual(['--host ssh://c is there twice']);
    const variable = mergeSettings(given({}, { host: ['ssh://c'] }), file);
    expect(variable.tell([twice])).toEqual(['SWARMCTL_HOST ssh://c is there twice']);
  });
});

describe('what is told', () => {
  const file = fileOf('nodes: 0', 'fo: 1', 'engine:', '  labels:', '    - a=b', '    - c');
  const nodes = { setting: 'nodes', sentence: '--nodes 0 must be more' };
  const label = { setting: 'engine-label', index: 1, sentence: '--engine-label "c" is none' };
  const store = {
    setting: 'discovery',
    sentence: '--discovery x takes no --discovery-ca or --other',
  };

  it('is in flags without a file', () => {
    expect(mergeSettings(given({}), undefined).tell([nodes, label])).toEqual([
      '--nodes 0 must be more',
      '--engine-label "c" is none',
    ]);
  });

  it('has the place and the key of what is in the file, along with its own problems', () => {
    expect(mergeSettings(given({}), file).tell([label, nodes])).toEqual([
      '/x/f.yaml:3:1: nodes 0 must be more',
      expect.stringContaining('/x/f.yaml:4:1: fo is unknown'),
      '/x/f.yaml:8:7: engine.labels "c" is none',
    ]);
  });

  it('has the flag or the variable of what is not', () => {
    const { tell } = mergeSettings(
      given({ nodes: 0 }, { discovery: 'x', 'discovery-ca': 'ca' }),
      fileOf('nodes: 2'),
    );
    expect(tell([nodes, store])).toEqual([
      '--nodes 0 must be more',
      'SWARMCTL_DISCOVERY x takes no SWARMCTL_DISCOVERY_CA or --other',
    ]);
  });
});

it('names variables after flags', () => {
  expect(variableOf('schedule-on-master')).toBe('SWARMCTL_SCHEDULE_ON_MASTER');
});
