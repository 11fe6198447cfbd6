import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkedSpec, requested } from '../../../src/actions/cluster-request.ts';
import { hostsOf } from '../../../src/actions/requested-hosts.ts';
import type { HostSpec } from '../../../src/cluster/spec.ts';
import { DEFAULTS, type Settings } from '../../../src/config/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeCertificates, type Certificates } from '../support/tls-server.ts';

const A = 'ssh://root@10.0.0.1';
const B = 'ssh://root@10.0.0.2';
const ENGINE = 'tcp://10.0.0.3:2376';

let certificates: Certificates;
let folder: string;
let files: { ca: string; cert: string; key: string };

beforeAll(async () => {
  certificates = await makeCertificates();
});

beforeEach(async () => {
  folder = await temporaryFolder();
  const { authority, client } = certificates;
  const texts = { ca: authority.certificate, cert: client.certificate, key: client.privateKey };
  files = { ca: '', cert: '', key: '' };
  for (const part of ['ca', 'cert', 'key'] as const) {
    files[part] = path.join(folder, `${part}.pem`);
    await writeFile(files[part], texts[part]);
  }
});

const settings = (more: Partial<Settings>): Settings => ({ ...DEFAULTS, ...more });

/** What is wrong with settings, as far as hosts are asked. */
function problems(more: Partial<Settings>): string[] {
  return hostsOf(settings(more)).problems.map(({ sentence }) => sentence);
}

function hosts(more: Partial<Settings>): HostSpec[] {
  expect(problems(more)).toEqual([]);
  return hostsOf(settings(more)).hosts;
}

const urls = (some: readonly HostSpec[]) => some.map(({ url }) => url);
const masters = (some: readonly HostSpec[]) => some.filter((h) => h.master).map(({ url }) => url);

describe('the hosts that are asked for', () => {
  it('are none where all are local', () => {
    expect(requested(settings({})).spec).toMatchObject({ nodes: 3, hosts: null });
  });

  it('stay in their order, the first of them the master, and count the nodes', () => {
    const { spec } = requested(settings({ host: [B, A] }));
    expect(spec.nodes).toBe(1);
    expect(spec.hosts).toEqual(
      [B, A].map((url, index) => ({
        ...{ url, master: index === 0, address: null, advertise: null },
        ...{ labels: [], options: [], tls: null },
      })),
    );
  });

  it('have the master that is named, in whatever form', () => {
    const same = { 'ssh-user': 'root', host: ['ssh://10.0.0.1', 'ssh://10.0.0.2/'] };
    expect(masters(hosts({ ...same, master: B }))).toEqual([B]);
    expect(masters(hosts({ ...same, master: 'ssh://10.0.0.2' }))).toEqual([B]);
  });

  it('have user and port where their URL says nothing', () => {
    const host = ['ssh://a', 'ssh://me@b:22', ENGINE];
    const more = { 'ssh-user': 'deploy', 'ssh-port': 2222 };
    expect(urls(hosts({ host, ...more }))).toEqual([
      'ssh://deploy@a:2222',
      'ssh://me@b:22',
      ENGINE,
    ]);
  });

  it('have the roles and parts of a file', () => {
    const some = hosts({
      host: [
        { url: A, role: 'node', address: 'a.example', 'engine.options': ['debug'] },
        { url: B, 'engine.labels': ['disk=ssd'], advertise: '10.1.0.2' },
      ],
    });
    expect(some).toMatchObject([
      { url: A, master: false, address: 'a.example', options: ['debug'], labels: [] },
      { url: B, master: true, advertise: '10.1.0.2', labels: ['disk=ssd'] },
    ]);
    const roles = [{ url: A }, { url: B, role: 'master' }];
    expect(masters(hosts({ host: roles }))).toEqual([B]);
    expect(masters(hosts({ host: roles, master: A }))).toEqual([A]);
  });

  it('may be local several times, with an address for the others', () => {
    const mixed = { host: ['local', 'local', A], 'local-address': '10.0.0.9' };
    expect(urls(hosts(mixed))).toEqual(['local', 'local', A]);
    expect(hosts({ host: ['local', 'local'] })).toHaveLength(2);
  });

  it.each<[string, Partial<Settings>, ...string[]]>([
    [
      'URLs that are none',
      { host: [A, 'root@b', 'x://y'], 'tls-cert': 'x' },
      '--host "root@b" is not the URL of a host: did you mean ssh://root@b?',
      expect.stringContaining('--host "x://y" is not the URL of a host: hosts are ssh://'),
    ],
    [
      'a user that cannot be, once',
      { host: ['ssh://a', 'ssh://b'], 'ssh-user': 'a b', 'ssh-port': 0 },
      '--ssh-user: "a b" cannot be the name of a user',
      '--ssh-port 0 is not a port; ports are 1 to 65535',
    ],
    [
      'a master that is none of them',
      { host: [A, B], master: 'ssh://root@10.0.0.22' },
      `--master ssh://root@10.0.0.22 is none of the hosts (--host); did you mean ${B}?`,
    ],
    [
      'a part of one as the master',
      { host: [A, B], master: '10.0.0.2' },
      `--master 10.0.0.2 is none of the hosts (--host); did you mean ${B}?`,
    ],
    [
      'a master that is far from any',
      { host: [A, B], master: 'tcp://me:geheim@x' },
      '--master tcp://me:[redacted]@x is none of the hosts (--host)',
    ],
    ['a master without hosts', { master: A }, `--master ${A} is none of the hosts (--host)`],
    [
      'flags about hosts at ssh://, without one',
      { host: [ENGINE], 'ssh-user': 'a', 'ssh-key': 'x', 'engine-install-url': 'https://a' },
      ...['ssh-user', 'ssh-key', 'engine-install-url'].map(
        (flag) => `--${flag} is for hosts at ssh://, and there is none`,
      ),
    ],
    [
      'flags about engines at tcp://, without one',
      { 'tls-ca-cert': 'a', 'tls-cert': 'b', 'tls-key': 'c', 'tls-ca-key': 'd' },
      ...['tls-ca-cert', 'tls-cert', 'tls-key', 'tls-ca-key'].map(
        (flag) => `--${flag} is for hosts at tcp://, and there is none`,
      ),
    ],
    [
      'an address of local hosts, without one',
      { host: [A, B], 'local-address': '10.0.0.9' },
      '--local-address is for local hosts, and there is none',
    ],
    [
      'local hosts that the others cannot reach',
      { host: [A, 'local'] },
      '--local-address is missing: the address of this machine by which the other hosts reach it',
    ],
    [
      'unknown roles',
      { host: [{ url: A, role: 'leader' }, { url: B }] },
      'hosts[0].role "leader" is unknown; known: master, node',
    ],
    [
      'several masters',
      { host: [A, B, 'ssh://c'].map((url) => ({ url, role: 'master' })) },
      'hosts[1].role is master, and hosts[0] is that already',
      'hosts[2].role is master, and hosts[0] is that already',
    ],
    [
      'nodes alone',
      { host: [A, B].map((url) => ({ url, role: 'node' })) },
      '--host: every host has the role node, and one must be the master',
    ],
    [
      'certificates for a host that is prepared',
      { host: [{ url: A, 'tls.ca': 'x' }, B] },
      'hosts[0].tls is for engines at tcp://',
    ],
    [
      'certificates that lack a part',
      { host: [{ url: ENGINE, 'tls.ca': 'x' }, B] },
      'hosts[0].tls.cert and hosts[0].tls.key must be there as well: ca, cert and key go together',
    ],
  ])('are refused for %s', (_, more, ...expected) => {
    expect(problems(more)).toEqual(expected);
  });

  it('keep their places whatever is wrong with one of them', () => {
    const { hosts: some } = hostsOf(settings({ host: ['x', {}, A] }));
    expect(urls(some)).toEqual(['', '', A]);
  });
});

/** The spec of settings, with contexts of this folder, or the lines of its refusal. */
async function spec(more: Partial<Settings>, dockerConfig = folder) {
  const request = { ...requested(settings(more)), dockerConfig };
  return checkedSpec(request).catch((error: unknown) => (error as Error).message.split('\n'));
}

async function hostsIn(more: Partial<Settings>, dockerConfig?: string): Promise<HostSpec[]> {
  const checked = await spec(more, dockerConfig);
  if (Array.isArray(checked)) throw new Error(checked.join('\n'));
  return checked.hosts ?? [];
}

describe('the hosts of a spec', () => {
  const tls = () => ({
    ca: certificates.authority.certificate,
    cert: certificates.client.certificate,
    key: certificates.client.privateKey,
  });
  const common = () => ({
    ...{ 'tls-ca-cert': files.ca, 'tls-cert': files.cert, 'tls-key': files.key },
  });

  it('have the files of the flags where they listen with TLS, or their own', async () => {
    const own = { 'tls.ca': files.ca, 'tls.cert': files.cert, 'tls.key': files.key };
    expect(await hostsIn({ host: [A, ENGINE], ...common() })).toMatchObject([
      { url: A, tls: null },
      { url: ENGINE, tls: tls() },
    ]);
    expect(await hostsIn({ host: [{ url: ENGINE, ...own }, A] })).toMatchObject([
      { tls: tls() },
      { tls: null },
    ]);
  });

  it('need files where they listen, and say of each which cannot be read', async () => {
    expect(await spec({ host: [A, ENGINE] })).toEqual([
      `--host ${ENGINE} needs --tls-ca-cert, --tls-cert and --tls-key: a cluster is TLS everywhere (--insecure where no engine has any)`,
    ]);
    const own = { 'tls.ca': '/no/ca', 'tls.cert': files.cert, 'tls.key': files.cert };
    expect(await spec({ host: [A, { url: ENGINE, ...own }] })).toEqual([
      expect.stringMatching(/^hosts\[1\]\.tls\.ca \/no\/ca: ENOENT/),
      expect.stringMatching(/^hosts\[1\]\.tls\.key .*cert\.pem: /),
    ]);
    expect(await spec({ host: [A, ENGINE], ...common(), 'tls-ca-cert': '/no/ca' })).toEqual([
      expect.stringMatching(/^--tls-ca-cert \/no\/ca: ENOENT/),
    ]);
    expect(
      await spec({ host: [A, ENGINE], 'tls-ca-cert': files.ca, 'tls-key': files.key }),
    ).toEqual(['--tls-cert and --tls-key go together']);
  });

  it('have no TLS at all where that is wanted', async () => {
    const host = [ENGINE, 'tcp://10.0.0.4:2375'];
    const checked = await spec({ host, insecure: true });
    expect(checked).toMatchObject({ insecure: true, hosts: [{ tls: null }, { tls: null }] });
    expect(await spec({ host: [ENGINE, A], insecure: true, ...common() })).toEqual([
      `--insecure is for clusters of engines at tcp:// without TLS alone, and these would have it: ${ENGINE}, ${A}`,
    ]);
    expect(problems({ host: [A, B], insecure: true })).toEqual([
      '--insecure is for hosts at tcp://, and there is none',
    ]);
  });

  it('are what contexts lead to', async () => {
    const config = await temporaryFolder();
    const docker = {
      over: { Host: 'ssh://10.0.0.2' },
      far: { Host: 'https://10.0.0.3:2376' },
      here: { Host: 'unix:///run/docker.sock' },
      lax: { Host: 'tcp://10.0.0.4:2376', SkipTLSVerify: true },
    };
    for (const [name, endpoint] of Object.entries(docker)) {
      const id = createHash('sha256').update(name).digest('hex');
      await mkdir(path.join(config, 'contexts/meta', id), { recursive: true });
      const meta = JSON.stringify({ Name: name, Endpoints: { docker: endpoint } });
      await writeFile(path.join(config, 'contexts/meta', id, 'meta.json'), meta);
    }
    const host = ['context://over', 'context://far'];
    const some = await hostsIn({ host, 'ssh-user': 'root', ...common() }, config);
    expect(some).toMatchObject([
      { url: B, master: true, tls: null },
      { url: ENGINE, tls: tls() },
    ]);
    expect(await spec({ host: ['context://over', 'ssh://10.0.0.2'] }, config)).toEqual([
      '--host ssh://10.0.0.2 is there twice',
    ]);
    expect(await spec({ host: [A, 'context://here', 'context://lax'] }, config)).toEqual([
      '--host context://here: it leads to unix:///run/docker.sock, which other hosts cannot reach',
      expect.stringMatching(/^--host context:\/\/lax: it takes any certificate/),
    ]);
  });

  it('come with ports, addresses and the way Docker gets there', async () => {
    const more = {
      ...{ 'engine-port': 2377, 'manager-port': 3377, 'store-port': 2380, 'ssh-key': 'id' },
      ...{ 'engine-install-url': 'https://a.example/x.sh', 'ssh-strict': 'yes' },
    };
    expect(await spec({ host: [A, B], ...more })).toMatchObject({
      ports: { engine: 2377, manager: 3377, store: 2380 },
      engine: { install: 'https://a.example/x.sh' },
    });
    expect(requested(settings({ host: [A, B], ...more })).ssh).toEqual({
      ...{ keyFile: path.resolve('id'), strict: 'yes' },
    });
    expect(await spec({ host: [A, B], 'engine-install': false })).toMatchObject({
      engine: { install: 'never' },
    });
  });

  it('are refused with everything else that is wrong, at once', async () => {
    const wrong = await spec({
      ...{ host: [A, A], name: 'Bad', 'engine-port': 3376, 'ssh-strict': 'no' },
      ...{ 'engine-install': false, 'engine-install-url': 'ftp://x' },
    });
    expect(wrong).toEqual([
      '--ssh-strict "no" is unknown; known: accept-new, yes',
      '--engine-install-url says how Docker is installed, and --engine-install that it is not',
      expect.stringMatching(/^name "Bad"/),
      '--engine-install-url must be a URL such as https://get.example.org/docker.sh',
      '--manager-port 3376 is the port of the engine on the master as well',
      `--host ${A} is there twice`,
    ]);
  });
});
