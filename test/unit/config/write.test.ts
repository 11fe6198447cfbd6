import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClusterFile } from '../../../src/config/read.ts';
import { DEFAULTS, type Settings } from '../../../src/config/settings.ts';
import { fillClusterFile } from '../../../src/config/write.ts';
import { storeImages } from '../../../src/discovery/index.ts';
import { readTemplate } from '../../../src/util/template.ts';

const template = await readTemplate('swarmctl.yaml');
const images = Object.fromEntries(
  storeImages.map(({ kind, defaultImage }) => [`${kind}-image`, defaultImage]),
);

function read(text: string) {
  return parseClusterFile('x.yaml', text, { env: {}, stores: storeImages });
}

describe('a new cluster file', () => {
  it('says what was asked, whatever YAML takes the words for', () => {
    const text = fc.oneof(
      fc.constantFrom('123', 'true', 'null', '1e3', '0x10', '~', 'a: b', '# x', '${HOME}', '$&'),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 100 }), (name, discovery, nodes) => {
        const settings: Settings = { ...DEFAULTS, ...images, name, discovery, nodes };
        expect(read(fillClusterFile(template, settings))).toMatchObject({
          problems: [],
          settings: { name, discovery, nodes, 'swarm-strategy': 'spread' },
        });
      }),
    );
  });

  it('is right with every example in it as well, and they name the images that count', () => {
    const settings: Settings = { ...DEFAULTS, ...images, name: 'demo' };
    const text = fillClusterFile(template, settings).replaceAll(/^( *)#(?=\S| {2}\S)/gm, '$1');
    const { settings: all, problems } = read(text);
    expect(problems).toEqual([]);
    expect(all).toMatchObject({
      'schedule-on-master': true,
      'node-image': DEFAULTS['node-image'],
      'swarm-image': DEFAULTS['swarm-image'],
      'etcd-image': images['etcd-image'],
      'swarm-opt': ['heartbeat=10s'],
      'engine-label': ['region=eu'],
      'tls-san': ['swarm.example.org'],
      'local-address': '10.0.0.9',
      'tls-key': path.resolve('key.pem'),
    });
    expect(all.host).toHaveLength(2);
  });

  it('has hosts in the place of their number, examples below them, and lines that were said', () => {
    const host = ['ssh://root@a', 'local', '${x}'];
    const settings: Settings = { ...DEFAULTS, ...images, name: 'demo', host };
    const said = { 'local-address': '10.0.0.9', 'ssh-key': undefined, 'tls-ca-cert': 'a b.pem' };
    const text = fillClusterFile(template, settings, said);
    const { settings: all, problems } = read(text);
    expect(problems).toEqual([]);
    expect(all).toEqual({
      ...{ name: 'demo', discovery: 'etcd', 'swarm-strategy': 'spread' },
      host: host.map((url) => ({ url })),
      'local-address': '10.0.0.9',
      'tls-ca-cert': path.resolve('a b.pem'),
    });
    const uncommented = read(text.replaceAll(/^( *)#(?=\S| {2}\S)/gm, '$1'));
    expect(uncommented.problems).toEqual([]);
    expect(uncommented.settings.host).toHaveLength(5);
  });
});
