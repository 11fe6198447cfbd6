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
