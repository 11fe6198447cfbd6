import { readdirSync } from 'node:fs';
import path from 'node:path';
import type * as v from 'valibot';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ListedCluster } from '../../../src/health/status.ts';
import { VARIABLES } from '../../../src/actions/cluster-environment.ts';
import type { PlannedCluster } from '../../../src/actions/explain-cluster.ts';
import type { PreflightReport } from '../../../src/actions/preflight.ts';
import type { HostOutcome } from '../../../src/actions/exec-on-hosts.ts';
import type { CreateResult } from '../../../src/actions/create-cluster.ts';
import type { DestroyResult } from '../../../src/actions/destroy-cluster.ts';
import type { SupportBundle } from '../../../src/actions/support-bundle.ts';
import { ClusterStatusSchema, type ClusterStatus } from '../../../src/health/status.ts';
import DiscoveryLs from '../../../src/commands/discovery/ls.ts';
import type ConfigValidate from '../../../src/commands/config/validate.ts';
import type Init from '../../../src/commands/init.ts';
import type TokenCreate from '../../../src/commands/token/create.ts';
import type TokenRm from '../../../src/commands/token/rm.ts';
import type TokenShow from '../../../src/commands/token/show.ts';
import { discoveryKinds } from '../../../src/discovery/index.ts';
import type { EXIT, ErrorCode } from '../../../src/errors.ts';
import {
  documented,
  readSchema,
  SCHEMAS,
  validateJson,
  type Documented,
  type JsonSchema,
} from '../../helpers/schemas.ts';
import { everyCommand } from './every-command.ts';

/** What a command returns. */
type ResultOf<C extends { prototype: { run: () => Promise<unknown> } }> = Awaited<
  ReturnType<C['prototype']['run']>
>;

const node = {
  name: 'demo-1',
  address: '10.117.0.3:2376',
  role: 'node' as const,
  status: 'Healthy',
  reason: '',
  engineVersion: '28.5.2',
  containers: 1,
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
  master: {
    ...node,
    name: 'demo-m',
    role: 'master',
    status: 'Running',
    containers: null,
    certificateDaysLeft: null,
  },
  nodes: [node],
};

const planned: PlannedCluster = {
  name: 'demo',
  hosts: [{ name: 'demo-1', url: 'ssh://root@10.0.0.1' }],
  differences: [{ setting: 'images.swarm', was: 'swarm:1.2.8', wanted: 'swarm:1.2.9' }],
  changes: [
    { id: 'images demo-1', title: 'load images', host: 'demo-1', details: ['swarm:1.2.9'] },
  ],
};
const looked: PreflightReport = {
  name: 'demo',
  ok: true,
  checks: [{ check: 'ssh', host: null, outcome: 'ok', problem: '', fix: '' }],
};
const ran: HostOutcome[] = [{ host: 'demo-1', exitCode: 0, stdout: 'up', stderr: '', problem: '' }];
const created: CreateResult = {
  changed: true,
  managerUrl: 'tcp://127.0.0.1:3376',
  status,
  enough: true,
};
const destroyed: DestroyResult = {
  name: 'demo',
  outcome: 'destroyed',
  removed: ['container swarmctl-demo-m'],
  imagesKept: ['swarm:1.2.9'],
  left: [{ host: 'demo-1', reason: 'no answer', commands: ['docker volume rm swarmctl'] }],
};
const bundle: SupportBundle = {
  cluster: 'demo',
  file: '/home/bob/swarmctl-support-demo-20260102T030405Z.tar.gz',
  bytes: 4711,
  contents: ['README.txt'],
  leftOut: ['private keys'],
  problems: [{ host: null, what: 'the status', reason: 'no answer within 4 s' }],
};
const listed: ListedCluster[] = [
  {
    name: 'demo',
    health: 'healthy',
    discovery: 'etcd',
    nodes: 1,
    manager: 'tcp://127.0.0.1:3376',
    createdAt: '2026-01-02T03:04:05.678Z',
    problem: '',
  },
  {
    name: 'lost',
    health: 'unknown',
    discovery: null,
    nodes: null,
    manager: null,
    createdAt: null,
    problem: 'its state file is missing',
  },
];
const url = 'token://10.0.0.5:3380/v1/0123456789abcdef0123456789abcdef';
const madeToken: ResultOf<typeof TokenCreate> = { url };
const shownToken: ResultOf<typeof TokenShow> = { url, members: ['10.117.0.3:2376'] };
const removedToken: ResultOf<typeof TokenRm> = { url };
const kinds: ResultOf<typeof DiscoveryLs> = [
  {
    kind: 'zk',
    summary: 'ZooKeeper',
    needs: 'nothing',
    severalManagers: true,
    lostAfter: 'about 10 s',
    tls: 'none',
  },
];
const writtenFile: ResultOf<typeof Init> = { file: 'swarmctl.yaml', name: 'demo' };
const validFile: ResultOf<typeof ConfigValidate> = { file: 'swarmctl.yaml', name: 'demo' };
const variables = Object.fromEntries(VARIABLES.map((name) => [name, null]));

const good: Record<Documented, { readonly [key: string]: unknown; warnings: string[] }> = {
  create: { ok: true, result: created, warnings: ['slow disk'] },
  plan: { ok: true, result: planned, warnings: [] },
  exec: { ok: true, result: ran, warnings: [] },
  preflight: { ok: true, result: looked, warnings: [] },
  status: { ok: true, result: status, warnings: [] },
  destroy: { ok: true, result: destroyed, warnings: [] },
  env: {
    ok: true,
    result: { variables: { ...variables, DOCKER_HOST: 'tcp://h:1' } },
    warnings: [],
  },
  init: { ok: true, result: writtenFile, warnings: [] },
  'config-validate': { ok: true, result: validFile, warnings: [] },
  ls: { ok: true, result: listed, warnings: [] },
  'discovery-ls': { ok: true, result: kinds, warnings: [] },
  'lock-ls': {
    ok: true,
    result: [{ cluster: 'demo', pid: 1, machine: 'here', since: '2020-01-01', held: true }],
    warnings: [],
  },
  'lock-release': { ok: true, result: { cluster: 'demo', released: true }, warnings: [] },
  support: { ok: true, result: bundle, warnings: [] },
  'token-create': { ok: true, result: madeToken, warnings: [] },
  'token-show': { ok: true, result: shownToken, warnings: [] },
  'token-rm': { ok: true, result: removedToken, warnings: [] },
  error: {
    ok: false,
    error: {
      code: 'STEP_FAILED',
      message: 'no',
      host: 'demo-1',
      step: 'host demo-1',
      suggestions: [],
      bundle: bundle.file,
    },
    warnings: [],
  },
};

/** Every document that lacks one property of the good one, at whatever depth, and its path. */
function* withoutOne(value: unknown, path = ''): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const inside = (value as Record<string, unknown>)[key];
    const rest: unknown = Array.isArray(value)
      ? undefined
      : Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
    if (rest !== undefined) yield [`${path}/${key}`, rest];
    for (const [where, changed] of withoutOne(inside, `${path}/${key}`)) {
      const copy: unknown = Array.isArray(value)
        ? value.map((item: unknown, index) => (String(index) === key ? changed : item))
        : { ...value, [key]: changed };
      yield [where, copy];
    }
  }
}

/** Every object inside, as a document that has one property more there. */
function* withOneMore(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { ...value, surprise: 1 };
  for (const [key, inside] of Object.entries(value) as [string, unknown][]) {
    for (const changed of withOneMore(inside)) {
      yield Array.isArray(value)
        ? value.map((item: unknown, index) => (String(index) === key ? changed : item))
        : { ...value, [key]: changed };
    }
  }
}

describe('the schemas of --json', () => {
  it('are one per command with --json, and one for errors', async () => {
    const commands = await everyCommand();
    const names = commands
      .filter(({ command }) => command.enableJsonFlag)
      .map(({ id }) => id.replace(':', '-'));
    expect([...documented].sort()).toEqual([...names, 'error'].sort());
    const others = ['commands', 'events', 'swarmctl.yaml.schema'];
    const files = [...documented, ...others].map((name) => `${name}.json`);
    expect(readdirSync(SCHEMAS).sort()).toEqual(files.sort());
  });

  it.each(documented)('%s takes what the command gives', (name) => {
    expect(validateJson(name, good[name])).toEqual([]);
  });

  it('discovery-ls takes what discovery ls prints', async () => {
    const printed: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
    onTestFinished(() => {
      write.mockRestore();
    });
    await DiscoveryLs.run(['--json'], path.resolve(SCHEMAS, '..'));
    write.mockRestore();
    const document = JSON.parse(printed.join('')) as { result: { kind: string }[] };
    expect(validateJson('discovery-ls', document)).toEqual([]);
    expect(document.result.map(({ kind }) => kind)).toEqual(discoveryKinds.map(({ kind }) => kind));
  });

  it.each(documented)('%s misses whatever is left out', (name) => {
    for (const [path, document] of withoutOne(good[name])) {
      const optional =
        name === 'error' && ['/error/host', '/error/step', '/error/bundle'].includes(path);
      expect(validateJson(name, document).length > 0, path).toBe(!optional);
    }
  });

  it.each(documented)('%s refuses whatever is more than promised', (name) => {
    for (const document of withOneMore(good[name])) {
      expect(validateJson(name, document).join()).toContain('additional');
    }
  });

  it.each([
    ['status', { ...good.status, result: { ...status, health: 'fine' } }, '/result/health'],
    ['status', { ...good.status, result: { ...status, master: 'demo-m' } }, '/result/master'],
    ['status', { ...good.status, ok: false }, '/ok'],
    ['create', { ...good.create, result: { ...created, changed: 'yes' } }, '/result/changed'],
    ['preflight', { ...good.preflight, result: { ...looked, ok: 'yes' } }, '/result/ok'],
    ['exec', { ...good.exec, result: [{ ...ran[0], exitCode: '0' }] }, '/result/0/exitCode'],
    ['plan', { ...good.plan, result: { ...planned, changes: [{}] } }, '/result/changes/0'],
    [
      'create',
      { ...good.create, result: { ...created, status: { ...status, nodes: [{}] } } },
      '/result/status/nodes/0',
    ],
    ['destroy', { ...good.destroy, result: { ...destroyed, outcome: 'gone' } }, '/result/outcome'],
    ['env', { ...good.env, result: { variables: { ...variables, DOCKER_HOST: 1 } } }, '/result'],
    ['ls', { ...good.ls, result: listed[0] }, '/result'],
    ['init', { ...good.ls, result: { file: 1, name: 'demo' } }, '/result/file'],
    ['config-validate', { ...good.ls, result: { file: 'x' } }, '/result'],
    ['discovery-ls', { ...good.ls, result: [{ ...kinds[0], severalManagers: 'no' }] }, '/result/0'],
    ['token-create', { ...good.ls, result: url }, '/result'],
    ['token-show', { ...good.ls, result: { url, members: '10.117.0.3:2376' } }, '/members'],
    ['token-rm', { ...good.ls, result: { url: null } }, '/result/url'],
    ['error', { ...good.error, error: { code: 'OOPS', message: 'x', suggestions: [] } }, '/code'],
    ['error', { ...good.error, warnings: 'none' }, '/warnings'],
  ] as const)('%s names what is wrong (%#)', (name, document, where) => {
    expect(validateJson(name, document).join('\n')).toContain(where);
  });

  it('status.json follows ClusterStatusSchema in every property, type and choice', () => {
    const root = readSchema('status');
    const cluster = root.$defs?.['cluster'];
    expect(simplify(cluster ?? {}, root)).toEqual(simplifyValibot(ClusterStatusSchema));
  });

  it('env.json names exactly the variables of env', () => {
    const names = readSchema('env').properties?.['result']?.properties?.['variables']?.properties;
    expect(Object.keys(names ?? {})).toEqual([...VARIABLES]);
  });

  it('error.json names exactly the error codes', () => {
    const every: Record<ErrorCode, keyof typeof EXIT> = {
      USAGE: 'usage',
      SEVERAL_CLUSTERS: 'usage',
      NO_CLUSTER: 'failed',
      PREFLIGHT: 'preflight',
      CLUSTER_EXISTS: 'preflight',
      SPEC_DIFFERS: 'preflight',
      STEP_FAILED: 'failed',
      TIMEOUT: 'failed',
      NOT_HEALTHY: 'degraded',
      CONFIRMATION_NEEDED: 'failed',
      LEFTOVERS: 'failed',
      LOCKED: 'failed',
      ENGINE_UNREACHABLE: 'failed',
      DISCOVERY: 'failed',
      SSH_AUTH: 'failed',
      SSH_HOST_KEY: 'failed',
      SSH_UNREACHABLE: 'failed',
      STATE: 'failed',
      INTERRUPTED: 'interrupted',
      UNEXPECTED: 'failed',
    };
    const code = readSchema('error').properties?.['error']?.properties?.['code'];
    expect(code?.enum).toEqual(Object.keys(every));
  });
});

/** What both kinds of schema say, in one form: property names with their types. */
type Shape = string | readonly string[] | { [property: string]: Shape } | Shape[];

function simplify(schema: JsonSchema, root: JsonSchema): Shape {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return simplify(target ?? {}, root);
  }
  if (schema.enum) return ['one of', ...schema.enum];
  if (schema.anyOf) {
    const [some, none] = schema.anyOf;
    expect(none).toEqual({ type: 'null' });
    return ['or null', simplify(some ?? {}, root)] as Shape[];
  }
  if (schema.properties) {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(Object.keys(schema.properties));
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, inside]) => [key, simplify(inside, root)]),
    );
  }
  if (schema.items) return ['list of', simplify(schema.items, root)] as Shape[];
  const { type } = schema;
  if (typeof type === 'string') return type;
  return ['or null', ...(type ?? []).filter((each) => each !== 'null')];
}

function simplifyValibot(schema: v.GenericSchema): Shape {
  const known = schema as unknown as {
    type: string;
    entries?: Record<string, v.GenericSchema>;
    options?: string[];
    wrapped?: v.GenericSchema;
    item?: v.GenericSchema;
  };
  if (known.entries) {
    return Object.fromEntries(
      Object.entries(known.entries).map(([key, inside]) => [key, simplifyValibot(inside)]),
    );
  }
  if (known.options) return ['one of', ...known.options];
  if (known.wrapped) return ['or null', simplifyValibot(known.wrapped)] as Shape[];
  if (known.item) return ['list of', simplifyValibot(known.item)] as Shape[];
  return known.type;
}
