import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sayPlaced } from '../../../src/config/place.ts';
import { parseClusterFile, readClusterFile } from '../../../src/config/read.ts';
import { storeImages } from '../../../src/discovery/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const around = { env: { TAG: '1.2.9', EMPTY: '' }, stores: storeImages };

function parse(text: string) {
  return parseClusterFile('/srv/demo/swarmctl.yaml', text, around);
}

/** The problems of a text as a person reads them, without the file's name. */
function problems(text: string): string[] {
  return sayPlaced('f', parse(text).problems).map((line) => line.replace(/^f:/, ''));
}

/** With the two lines that every file has before it. */
const file = (...lines: string[]) => ['version: 1', 'name: demo', ...lines].join('\n');

describe('a cluster file that is right', () => {
  it('gives every setting by the name of its flag', () => {
    const { settings, problems: none } = parse(
      file(
        'discovery: {url: "etcd://10.0.0.5:2379/team", ca: tls/ca.pem, cert: /abs/cert.pem, key: ../key.pem}',
        'nodes: 5',
        'scheduleOnMaster: true',
        'images: {node: a, swarm: b, etcd: c, zk: d, token: e}',
        'imageArchives: [swarm.tar]',
        'swarm: {strategy: binpack, managerOptions: [heartbeat=5s], agentOptions: [delay=1s]}',
        'engine:',
        '  labels: [region=eu]',
        '  options: [log-level=warn]',
        '  environment: [A=b]',
        '  registryMirrors: ["https://mirror.example"]',
        '  insecureRegistries: ["registry.example:5000"]',
        'tls: {sans: [10.0.0.9]}',
      ),
    );
    expect(none).toEqual([]);
    expect(settings).toEqual({
      name: 'demo',
      discovery: 'etcd://10.0.0.5:2379/team',
      'discovery-ca': '/srv/demo/tls/ca.pem',
      'discovery-cert': '/abs/cert.pem',
      'discovery-key': '/srv/key.pem',
      nodes: 5,
      'schedule-on-master': true,
      'node-image': 'a',
      'swarm-image': 'b',
      'etcd-image': 'c',
      'zk-image': 'd',
      'token-image': 'e',
      'image-archive': ['/srv/demo/swarm.tar'],
      'swarm-strategy': 'binpack',
      'swarm-opt': ['heartbeat=5s'],
      'swarm-join-opt': ['delay=1s'],
      'engine-label': ['region=eu'],
      'engine-opt': ['log-level=warn'],
      'engine-env': ['A=b'],
      'engine-registry-mirror': ['https://mirror.example'],
      'engine-insecure-registry': ['registry.example:5000'],
      'tls-san': ['10.0.0.9'],
    });
  });

  it('says nothing where nothing stands', () => {
    expect(parse(file('discovery:', 'nodes: ~', 'engine:', '  # labels: {}'))).toMatchObject({
      settings: { name: 'demo' },
      problems: [],
    });
  });

  it('takes pairs as a mapping, values as they are written', () => {
    const text = file(
      'engine:',
      '  labels:',
      '    zone: 1.10',
      '    ssd: true',
      '    a: "b c"',
      '    x:',
    );
    expect(parse(text).settings['engine-label']).toEqual(['zone=1.10', 'ssd=true', 'a=b c', 'x']);
  });

  it('follows anchors', () => {
    const text = file('tls: {sans: &names [a.example]}', 'engine: {insecureRegistries: *names}');
    expect(parse(text).settings['engine-insecure-registry']).toEqual(['a.example']);
  });

  it('has environment variables in texts, and a way not to', () => {
    const text = file(
      'images: {swarm: "swarm:${TAG}", node: "x${EMPTY}"}',
      "engine: {environment: ['A=$${TAG} $TAG $$']}",
    );
    expect(parse(text).settings).toMatchObject({
      'swarm-image': 'swarm:1.2.9',
      'node-image': 'x',
      'engine-env': ['A=${TAG} $TAG $$'],
    });
  });

  it('knows where settings and the items of lists stand', () => {
    const { place } = parse(
      file('engine:', '  labels:', '    - a=b', '    - c=d', '  options: {x: 1}'),
    );
    expect(place('engine-label')).toEqual({ line: 4, column: 3 });
    expect(place('engine-label', 1)).toEqual({ line: 6, column: 7 });
    expect(place('engine-opt', 0)).toEqual({ line: 7, column: 13 });
    expect(place('nodes')).toBeUndefined();
  });
});

describe('hosts in a cluster file', () => {
  it('are URLs, or mappings of which the keys are told in dots', () => {
    const text = file(
      'hosts:',
      '  - local',
      '  - url: ssh://root@${TAG}',
      '    role: node',
      '    address: a.example',
      '    advertise: 10.0.0.2',
      '    engine: {labels: {disk: ssd}, options: [debug]}',
      '    tls: {ca: tls/ca.pem, cert: ~/cert.pem, key: /abs/key.pem}',
      'localAddress: 10.0.0.9',
      'ports: {engine: 2377, manager: 3377, store: 2380}',
      'ssh: {user: deploy, port: 2222, key: ~/.ssh/id, strict: yes}',
      'engine: {install: false, installUrl: "https://get.example"}',
      'tls: {ca: a, cert: b, key: c, caKey: d}',
    );
    const home = { ...around, env: { ...around.env, HOME: '/home/me' } };
    const { settings, problems: none } = parseClusterFile('/srv/demo/f.yaml', text, home);
    expect(none).toEqual([]);
    expect(settings).toEqual({
      name: 'demo',
      host: [
        { url: 'local' },
        {
          url: 'ssh://root@1.2.9',
          role: 'node',
          address: 'a.example',
          advertise: '10.0.0.2',
          'engine.labels': ['disk=ssd'],
          'engine.options': ['debug'],
          'tls.ca': '/srv/demo/tls/ca.pem',
          'tls.cert': '/home/me/cert.pem',
          'tls.key': '/abs/key.pem',
        },
      ],
      'local-address': '10.0.0.9',
      'engine-port': 2377,
      'manager-port': 3377,
      'store-port': 2380,
      'ssh-user': 'deploy',
      'ssh-port': 2222,
      'ssh-key': '/home/me/.ssh/id',
      'ssh-strict': 'yes',
      'engine-install': false,
      'engine-install-url': 'https://get.example',
      'tls-ca-cert': '/srv/demo/a',
      'tls-cert': '/srv/demo/b',
      'tls-key': '/srv/demo/c',
      'tls-ca-key': '/srv/demo/d',
    });
  });

  it('say nothing where nothing stands', () => {
    expect(parse(file('hosts:', 'ports:', 'ssh: {user: }'))).toMatchObject({
      settings: { name: 'demo' },
      problems: [],
    });
  });

  it('may be said once for several', () => {
    const text = file(
      'hosts:',
      '  - {url: local, engine: &ssd {labels: [a=b]}}',
      '  - {url: local, engine: *ssd}',
      '  - &host local',
      '  - *host',
    );
    expect(parse(text).settings.host).toEqual([
      { url: 'local', 'engine.labels': ['a=b'] },
      { url: 'local', 'engine.labels': ['a=b'] },
      { url: 'local' },
      { url: 'local' },
    ]);
  });

  it('have places, down to the items of their lists', () => {
    const { place } = parse(
      file(
        'hosts:',
        '  - local',
        '  - url: ssh://a',
        '    engine:',
        '      labels:',
        '        - a=b',
        '        - c=d',
      ),
    );
    expect(place('host')).toEqual({ line: 3, column: 1 });
    expect(place('host', 0)).toEqual({ line: 4, column: 5 });
    expect(place('host', 0, { key: 'url' })).toEqual({ line: 4, column: 5 });
    expect(place('host', 1)).toEqual({ line: 5, column: 5 });
    expect(place('host', 1, { key: 'engine.labels' })).toEqual({ line: 7, column: 7 });
    expect(place('host', 1, { key: 'engine.labels', index: 1 })).toEqual({ line: 9, column: 11 });
    // What is not there is at its host.
    expect(place('host', 1, { key: 'role' })).toEqual({ line: 5, column: 5 });
    expect(place('engine-label', 1, { key: 'engine.labels' })).toBeUndefined();
  });

  it('are counted whatever is wrong with one of them', () => {
    const text = file(
      'hosts:',
      '  - 5',
      '  -',
      '  - [a]',
      '  - {role: node}',
      '  - *x',
      '  - local',
    );
    expect(parse(text).settings.host).toEqual([{}, {}, {}, { role: 'node' }, {}, { url: 'local' }]);
  });

  it.each<[string, ...string[]]>([
    ['hosts: local', '3:8: hosts must be a list, and is a text'],
    ['hosts: {url: local}', '3:8: hosts must be a list, and is a mapping'],
    ['hosts: []', '3:8: hosts must not be empty'],
    ['hosts: [5]', '3:9: hosts[0] must be a text, and is the number 5: put it in quotes'],
    ['hosts: [[local]]', '3:9: hosts[0] must be a text or a mapping, and is a list'],
    ['hosts: [local, ~]', '3:16: hosts[1] must be a text or a mapping, and is empty'],
    ['hosts: [*x]', '3:9: *x stands for nothing: there is no &x'],
    ['hosts: [{}]', '3:9: hosts[0] needs url'],
    ['hosts: [{url: , role: node}]', '3:9: hosts[0] needs url'],
    [
      'hosts: [{url: 5}]',
      '3:15: hosts[0].url must be a text, and is the number 5: put it in quotes',
    ],
    ['hosts: [{url: local, url: x}]', '3:22: url is there twice'],
    [
      'hosts: [local, {url: local, adress: x}]',
      '3:29: adress is unknown in hosts[1]; did you mean hosts[1].address?',
    ],
    [
      'hosts: [{url: local, labels: [a=b]}]',
      '3:22: labels is unknown in hosts[0]; did you mean hosts[0].engine.labels?',
    ],
    [
      'hosts: [{url: local, engine: {label: x}}]',
      '3:31: label is unknown in hosts[0].engine; did you mean hosts[0].engine.labels?',
    ],
    [
      'hosts: [{url: local, strategy: x}]',
      '3:22: strategy is unknown in hosts[0]; did you mean swarm.strategy?',
    ],
    [
      'hosts: [{url: local, engine: x, tls: {ca: [y]}}]',
      '3:30: hosts[0].engine must be a mapping, and is a text',
      '3:43: hosts[0].tls.ca must be a text, and is a list',
    ],
    [
      'hosts: [{url: local, engine: {labels: [a=b, 1]}}]',
      '3:45: hosts[0].engine.labels[1] must be a text, and is the number 1: put it in quotes',
    ],
    ['hosts: ["${NOT_SET}"]', '3:9: the environment variable NOT_SET is not set'],
    ['ports: {manger: 1}', '3:9: manger is unknown in ports; did you mean ports.manager?'],
    ['ports: {engine: "1"}', '3:17: ports.engine must be a whole number, and is a text'],
  ])('are told wrong: %s', (line, ...expected) => {
    expect(problems(file(line))).toEqual(expected);
  });
});

describe('a cluster file that is wrong', () => {
  it.each<[string, ...string[]]>([
    ['', '1:1: the file is empty; swarmctl init writes one'],
    ['# nothing', '1:1: the file is empty; swarmctl init writes one'],
    ['- a', '1:1: a cluster file is a mapping, and this is a list'],
    ['demo', '1:1: a cluster file is a mapping, and this is a text'],
    ['name: demo', '1:1: version is missing: begin the file with "version: 1"'],
    ['version: 1', '1:1: name is missing'],
    ['version: 1\nname:', '1:1: name is missing'],
    [
      'name: demo\nversion: 2\nhosts: []',
      '2:10: version is the number 2, and this swarmctl knows 1 only',
    ],
    [
      'version: "1"\nname: demo',
      '1:10: version is a text, and this swarmctl knows 1 only: leave the quotes out',
    ],
    ['version: 1\nname: 12', '2:7: name must be a text, and is the number 12: put it in quotes'],
    ['version: 1\nname: true', '2:7: name must be a text, and is true: put it in quotes'],
    ['version: 1\nname: [x]', '2:7: name must be a text, and is a list'],
    [file('ndoes: 3'), '3:1: ndoes is unknown; did you mean nodes?'],
    [
      file('schedule-on-master: true'),
      '3:1: schedule-on-master is unknown; did you mean scheduleOnMaster?',
    ],
    [file('strategy: spread'), '3:1: strategy is unknown; did you mean swarm.strategy?'],
    [
      file('zzz: 1'),
      '3:1: zzz is unknown; known: version, name, discovery, hosts, nodes, scheduleOnMaster, localAddress, ports, ssh, images, imageArchives, swarm, engine, tls, ttl',
    ],
    [
      file('engine:', '  lables: {}'),
      '4:3: lables is unknown in engine; did you mean engine.labels?',
    ],
    [
      file('images: {consul: x}'),
      '3:10: consul is unknown in images; known: node, swarm, token, etcd, zk',
    ],
    [file('__proto__: 1'), expect.stringMatching(/^3:1: __proto__ is unknown/)],
    [file('? [a]', ': 1'), expect.stringMatching(/^3:3: \? is unknown/)],
    [file('nodes: 1', 'nodes: 2'), '4:1: nodes is there twice'],
    [file('engine: {labels: {a: 1, a: 2}}'), '3:25: a is there twice'],
    [file('nodes: "3"'), '3:8: nodes must be a whole number, and is a text'],
    [file('nodes: 1.5'), '3:8: nodes must be a whole number, and is the number 1.5'],
    [file('nodes: .inf'), '3:8: nodes must be a whole number, and is the number Infinity'],
    [file('scheduleOnMaster: yes'), '3:19: scheduleOnMaster must be true or false, and is a text'],
    [file('discovery: [etcd]'), '3:12: discovery must be a text or a mapping, and is a list'],
    [file('discovery: {ca: x}'), '3:12: discovery needs kind or url'],
    [file('discovery: {kind: etcd, url: x}'), '3:25: discovery takes kind or url, not both'],
    [file('engine: x'), '3:9: engine must be a mapping, and is a text'],
    [file('tls: {sans: a.example}'), '3:13: tls.sans must be a list, and is a text'],
    [
      file('tls:', '  sans:', '    - a', '    - 5', '    -', '    - {a: b}'),
      '6:7: tls.sans[1] must be a text, and is the number 5: put it in quotes',
      '7:6: tls.sans[2] must be a text, and is empty',
      '8:7: tls.sans[3] must be a text, and is a mapping',
    ],
    [
      file('engine: {labels: secret}'),
      '3:18: engine.labels must be a list of NAME=VALUE or a mapping, and is a text',
    ],
    [
      file('engine: {labels: {a: [b]}}'),
      '3:22: engine.labels.a must be a single value, and is a list',
    ],
    [file('images: {swarm: "${NOT_SET}"}'), '3:17: the environment variable NOT_SET is not set'],
    [
      file('images: {swarm: "a${}b${x"}'),
      '3:17: ${} is no variable: write ${NAME}, or $${ for a plain ${',
      '3:17: ${x is no variable: write ${NAME}, or $${ for a plain ${',
    ],
    [file('tls: {sans: *names}'), '3:13: *names stands for nothing: there is no &names'],
    [file('engine: {labels: !x [a=b]}'), '3:18: not YAML: Unresolved tag: !x'],
    [file('---', 'version: 1'), '3:1: a second document begins here; a file holds one cluster'],
    [file('nodes: 1', '\tx: 2'), '4:1: not YAML: Tabs are not allowed as indentation'],
  ])('%j', (text, ...expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('tells everything at once, in the order of the file', () => {
    const text = 'version: 1\nnodes: x\nnodes: 2\nfoo: 1\ntls: {sans: [1, "${NO}"]}';
    expect(problems(text).map((line) => line.slice(0, 4))).toEqual([
      '1:1:',
      '2:8:',
      '3:1:',
      '4:1:',
      '5:14',
      '5:17',
    ]);
  });

  it('keeps what may be secret out of what it says', () => {
    expect(problems(file('engine: {environment: PASSWORD=geheim}')).join()).not.toContain('geheim');
  });

  it('keeps what is right', () => {
    expect(parse(file('nodes: x', 'scheduleOnMaster: true')).settings).toEqual({
      name: 'demo',
      'schedule-on-master': true,
    });
  });

  it('is told without fail, whatever it is', () => {
    const parts = fc.constantFrom(
      ...['version: 1', 'name: x', 'discovery', 'engine', 'labels', 'tls', 'sans', 'kind', 'nodes'],
      ...['hosts', 'url', 'ports', 'local'],
      ...[
        '\n',
        ' ',
        '  ',
        ': ',
        '- ',
        '? ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '|',
        '>',
        '#',
        '\t',
      ],
      ...['&a', '*a', '!x', '<<: ', '${', '}', '---', '%', '\0', '1', '~', 'true', '.inf'],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (some) => {
        for (const { line, column } of parse(some.join('')).problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('does not hang on anchors in anchors', () => {
    const bomb = ['tls: {sans: &a [&b [&c [*a, *b, *c], *a, *b], *a]}', 'engine: {labels: *a}'];
    expect(problems(file(...bomb)).length).toBeGreaterThan(1);
  });
});

describe('reading', () => {
  it('names a file that is not there, and what makes one', async () => {
    await expect(readClusterFile('/nowhere/x.yaml', around)).rejects.toMatchObject({
      code: 'USAGE',
      message: '/nowhere/x.yaml cannot be read: there is no such file',
      suggestions: ['swarmctl init'],
    });
  });

  it('refuses what is no file, not text, or far too large', async () => {
    const folder = await temporaryFolder();
    await expect(readClusterFile(folder, around)).rejects.toThrow('EISDIR');
    const binary = path.join(folder, 'binary');
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0]));
    await expect(readClusterFile(binary, around)).rejects.toThrow('cannot be read');
    await expect(readClusterFile('/dev/zero', around)).rejects.toThrow('larger than 1 MiB');
  });

  it('takes a byte order mark, and lines as Windows ends them', async () => {
    const name = path.join(await temporaryFolder(), 'x.yaml');
    await writeFile(name, '\uFEFFversion: 1\r\nname: demo\r\nfoo: 1\r\n');
    const { settings, problems: found } = await readClusterFile(name, around);
    expect(settings).toEqual({ name: 'demo' });
    expect(found).toMatchObject([{ line: 3, column: 1 }]);
  });
});
