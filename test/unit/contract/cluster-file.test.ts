import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseClusterFile } from '../../../src/config/read.ts';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { clusterFileShape, keyOfSettings } from '../../../src/config/shape.ts';
import { storeImages } from '../../../src/discovery/index.ts';
import { clusterFileSchema } from '../../helpers/cluster-file-schema.ts';
import { requestFlags } from '../../../src/shell/create-flags.ts';
import { SCHEMAS } from '../../helpers/schemas.ts';

const SNAPSHOT = path.join(SCHEMAS, 'swarmctl.yaml.schema.json');

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(clusterFileSchema());

/** Whether the reader takes a text; what it means is not its business. */
function reads(text: string): boolean {
  const around = { env: { NAME: 'x' }, stores: storeImages };
  return parseClusterFile('x.yaml', text, around).problems.length === 0;
}

it('is read by the schema that editors are given (schemas/swarmctl.yaml.schema.json)', async () => {
  const style = await resolveConfig(SNAPSHOT);
  const text = await format(JSON.stringify(clusterFileSchema()), { ...style, parser: 'json' });
  // After a change that is meant: npx vitest run --project unit test/unit/contract -u
  await expect(text).toMatchFileSnapshot(SNAPSHOT);
});

const START = 'version: 1\nname: demo\n';

describe('reader and schema agree', () => {
  it.each([
    START,
    `${START}discovery: etcd`,
    `${START}discovery:`,
    `${START}discovery: {kind: etcd}`,
    `${START}discovery: {url: "etcd://a:1", ca: ca.pem}`,
    `${START}nodes: 3\nscheduleOnMaster: false`,
    `${START}images: {node: x, etcd: y}`,
    `${START}images:\nengine:`,
    `${START}imageArchives: [a.tar]`,
    `${START}engine: {labels: [a=b]}`,
    `${START}engine: {labels: {a: b, c: 1, d: true, e: }}`,
    `${START}swarm: {strategy: "\${NAME}"}`,
    `${START}tls: {sans: [a.example]}`,
    `${START}hosts:`,
    `${START}hosts: [local, "ssh://root@a"]`,
    `${START}hosts: [{url: a, role: node, engine: {labels: {a: b}}, tls: {ca: x}, address: }]`,
    `${START}hosts: ["\${NAME}"]`,
    `${START}ports: {engine: 2377, manager: 1, store: 65535}`,
    `${START}ssh: {user: root, port: 22, key: id, strict: "yes"}`,
    `${START}localAddress: 10.0.0.1`,
    `${START}engine: {install: false, installUrl: "https://a.example"}`,
  ])('on what is right: %j', (text) => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(reads(text)).toBe(true);
  });

  it.each([
    'name: demo',
    'version: 1',
    'version: 2\nname: demo',
    'version: "1"\nname: demo',
    '- 1',
    'text',
    'version: 1\nname: 5',
    `${START}discovry: etcd`,
    `${START}discovery: 5`,
    `${START}discovery: {}`,
    `${START}discovery: {kind: a, url: b}`,
    `${START}discovery: {kind: a, tls: b}`,
    `${START}discovery: [etcd]`,
    `${START}nodes: "3"`,
    `${START}nodes: 1.5`,
    `${START}scheduleOnMaster: yes`,
    `${START}images: {etdc: x}`,
    `${START}images: [x]`,
    `${START}imageArchives: a.tar`,
    `${START}imageArchives: [1]`,
    `${START}engine: {labels: a=b}`,
    `${START}engine: {labels: [1]}`,
    `${START}engine: {labels: {a: [b]}}`,
    `${START}tls: {sans: {a: b}}`,
    `${START}hosts: local`,
    `${START}hosts: []`,
    `${START}hosts: [1]`,
    `${START}hosts: [[local]]`,
    `${START}hosts: [~]`,
    `${START}hosts: [{role: master}]`,
    `${START}hosts: [{url: }]`,
    `${START}hosts: [{url: local, labels: [a=b]}]`,
    `${START}ports: {engine: "2376"}`,
    `${START}ssh: {strict: [x]}`,
    `${START}engine: {install: packages}`,
  ])('on what is wrong: %j', (text) => {
    expect(validate(parse(text))).toBe(false);
    expect(reads(text)).toBe(false);
  });
});

/** The flags of create that a file can say as well, each with a variable. */
const settings = Object.entries(requestFlags).filter(([, flag]) => 'env' in flag);

it('has a key for every setting of create', () => {
  const keys = keyOfSettings(clusterFileShape(storeImages));
  // Of a token service that exists the file has the URL, and of the master its role.
  const flags = settings
    .map(([name]) => name)
    .filter((name) => name !== 'token-service' && name !== 'master');
  expect([...keys.keys()].sort()).toEqual(['version', 'name', ...flags].sort());
});

it('is read with the defaults of create', () => {
  const standard = Object.fromEntries(
    settings.map(([name, flag]) => [name, flag.default as unknown]),
  );
  expect(standard).toMatchObject(DEFAULTS);
});

it('is documented, every key of it', () => {
  const page = readFileSync(path.join(SCHEMAS, '../docs/cluster-file.md'), 'utf8');
  const shape = clusterFileShape(storeImages);
  for (const key of [...keyOfSettings(shape).values(), ...keysOfHosts(shape)]) {
    expect(page, key).toContain(`\`${key}\``);
  }
});

it('is documented with examples that are right', () => {
  const page = readFileSync(path.join(SCHEMAS, '../docs/cluster-file.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(version:.*?)^```$/gms)].map(
    ([, text]) => text ?? '',
  );
  expect(examples).toHaveLength(2);
  for (const text of examples) {
    const around = { env: { HTTPS_PROXY: 'x' }, stores: storeImages };
    expect(parseClusterFile('x.yaml', text, around).problems).toEqual([]);
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  }
});

function keysOfHosts({ keys: { hosts } }: ReturnType<typeof clusterFileShape>): string[] {
  if (hosts?.form !== 'list') throw new Error('hosts is no list');
  return [...keyOfSettings(hosts.entry, 'hosts[].').values()];
}
