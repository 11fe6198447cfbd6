import { describe, expect, it } from 'vitest';
import type { DockerFacts } from '../../../../src/hosts/ssh/facts.ts';
import { engineSetup } from '../../../../src/hosts/ssh/engine-setup.ts';
import type { WantedEngine } from '../../../../src/hosts/ssh/setup.ts';
import { DEBIAN, dockerOf, engineOf, factsOf, wantedOf } from './support.ts';

interface Given extends Partial<DockerFacts> {
  readonly variables?: Record<string, string>;
  readonly json?: unknown;
}

function setupOf(
  { variables, json, ...facts }: Given = {},
  wanted: Partial<WantedEngine> = {},
  addresses?: readonly string[],
) {
  const daemonJson = json === undefined ? facts.daemonJson : JSON.stringify(json);
  const docker = dockerOf({ ...facts, daemonJson }, variables);
  const setup = engineSetup(factsOf(docker, addresses && { addresses }), wantedOf(wanted));
  return {
    ...setup,
    command: /^ExecStart=(.+)$/m.exec(setup.dropIn)?.[1] ?? '',
    json: setup.daemonJson === undefined ? undefined : (JSON.parse(setup.daemonJson) as unknown),
  };
}

const TLS = '/etc/swarmctl/tls/engine';

describe('the drop-in', () => {
  it('repeats the command line of the unit and adds our flags', () => {
    const { dropIn, daemonJson, environmentFile, problems } = setupOf();
    expect(dropIn).toBe(
      [
        '# Of the swarmctl cluster demo: `swarmctl destroy demo` takes it back.',
        '[Service]',
        'ExecStart=',
        'ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS' +
          ` --host=tcp://0.0.0.0:2376 --tlsverify --tlscacert=${TLS}/ca.pem --tlscert=${TLS}/cert.pem` +
          ` --tlskey=${TLS}/key.pem --label=provider=ssh`,
        '',
      ].join('\n'),
    );
    expect({ daemonJson, environmentFile, problems }).toEqual({ problems: [] });
  });

  it('keeps quotes, specifiers and variables of the unit, and ours from being expanded', () => {
    const command = ['/usr/bin/dockerd', '-H', 'fd://', '--label=host=%H', '${A} b', 'c"d'];
    const { dropIn } = setupOf({ command }, { labels: ['a=50% $HOME "x" \\ y'] });
    expect(dropIn).toContain(String.raw`-H fd:// --label=host=%H "${'${A}'} b" "c\"d" --host=`);
    expect(dropIn).toContain(String.raw`"--label=a=50%% $$HOME \"x\" \\ y"`);
  });

  it('leaves $ alone where the unit expands no variables', () => {
    const { dropIn } = setupOf({ command: [':/usr/bin/dockerd'] }, { labels: ['a=$b'] });
    expect(dropIn).toContain('--label=a=$b');
  });

  it('listens at [::] where there is IPv6 only', () => {
    expect(setupOf({}, {}, ['fd00::5']).command).toContain('--host=tcp://[::]:2376');
  });

  it('keeps the socket that dockerd opens when it is told nothing', () => {
    const { command } = setupOf({ command: ['/usr/bin/dockerd'] });
    expect(command).toContain(
      '/usr/bin/dockerd --host=unix:///var/run/docker.sock --host=tcp://0.0.0.0:2376',
    );
  });

  it('asks engines from 29 on for the older API', () => {
    const engine = engineOf({ version: '29.0.1', api: '1.52', minApi: '1.44' });
    const line = 'Environment=DOCKER_MIN_API_VERSION=1.24';
    expect(setupOf({ engine }).dropIn).toContain(line);
    // As it is once it was asked.
    expect(setupOf({ engine: { ...engine, minApi: '1.24' } }).dropIn).toContain(line);
    expect(
      setupOf({ engine: { ...engine, version: '28.5.2', minApi: '1.24' } }).dropIn,
    ).not.toContain(line);
  });

  it('keeps the environment, which may be secret, in a file', () => {
    const environment = ['HTTPS_PROXY=http://u:p%40$w"d@proxy:1', 'EMPTY='];
    const { dropIn, environmentFile, changes } = setupOf({}, { environment });
    expect(dropIn).toContain('EnvironmentFile=/etc/swarmctl/engine/environment\n');
    expect(dropIn + changes.join()).not.toContain('proxy:1');
    expect(environmentFile).toBe('HTTPS_PROXY="http://u:p%40\\$w\\"d@proxy:1"\nEMPTY=""\n');
  });
});

describe('what the unit has already', () => {
  it('is not said twice', () => {
    const command = [...DEBIAN, '-H=tcp://0.0.0.0:2376', '--label', 'a=b', '--mtu=1400'];
    const setup = setupOf({ command }, { labels: ['a=b'], options: ['mtu=1400'] });
    expect(setup.problems).toEqual([]);
    expect(setup.command.match(/:2376/g)).toHaveLength(1);
    expect(setup.command.match(/a=b/g)).toHaveLength(1);
    expect(setup.command.match(/mtu/g)).toHaveLength(1);
  });

  it('counts when it comes by a variable', () => {
    const variables = { DOCKER_OPTS: '-H tcp://0.0.0.0:2376 --label "a=b"' };
    const setup = setupOf({ variables }, { labels: ['a=b'] });
    expect(setup.command).not.toContain('0.0.0.0');
    expect(setup.command).not.toContain('a=b');
  });

  it('gives way when it is TLS of somebody else', () => {
    const command = [...DEBIAN, '--tlsverify', '--tlscacert', '/their/ca', '--tlskey=/their/key'];
    const setup = setupOf({ command });
    expect(setup.command).not.toContain('/their');
    expect(setup.command.match(/--tlsverify/g)).toHaveLength(1);
    expect(setup.changes.join('\n')).toContain('clients who trust their CA will not trust');
  });

  it('keeps a variable that follows a flag without a value', () => {
    const { command } = setupOf({ command: ['/usr/bin/dockerd', '--tlsverify', '$DOCKER_OPTS'] });
    expect(command).toMatch(/^\/usr\/bin\/dockerd \$DOCKER_OPTS /);
  });

  it('gives way when it is the same port of one address', () => {
    const command = ['/usr/bin/dockerd', '-H', 'fd://', '-H', 'tcp://127.0.0.1:2376'];
    const { command: ours, changes, problems } = setupOf({ command });
    expect(ours).not.toContain('127.0.0.1');
    expect(changes).toContain('tcp://127.0.0.1:2376 becomes tcp://0.0.0.0:2376 until destroy');
    expect(problems).toEqual([]);
    const variables = { DOCKER_OPTS: '-H tcp://127.0.0.1:2376' };
    expect(setupOf({ variables }).problems[0]?.problem).toContain('by a variable of its unit');
  });

  it('is told when it had no TLS', () => {
    const command = [...DEBIAN, '-H', 'tcp://0.0.0.0:2375'];
    const sentence = 'tcp://0.0.0.0:2375 had no TLS and wants a client certificate until destroy';
    expect(setupOf({ command }).changes).toContain(sentence);
    expect(setupOf({ command: [...command, '--tlsverify'] }).changes).not.toContain(sentence);
  });
});

describe('daemon.json', () => {
  const command = ['/usr/sbin/dockerd'];

  it('stays as it is where it has nothing of what we set', () => {
    expect(
      setupOf({ json: { 'log-driver': 'local', bip: '10.9.0.1/24' } }).daemonJson,
    ).toBeUndefined();
    expect(setupOf({ daemonJson: ' \n' }).problems).toEqual([]);
  });

  it('takes what it has a key for; order and other keys stay', () => {
    const json = {
      'log-driver': 'local',
      labels: ['x=1'],
      hosts: ['unix:///var/run/docker.sock'],
      'registry-mirrors': ['https://a'],
      debug: false,
    };
    const wanted = { labels: ['x=1', 'y=2'], registryMirrors: ['https://a', 'https://b'] };
    const setup = setupOf({ command, json }, wanted);
    expect(setup.json).toEqual({
      ...json,
      labels: ['x=1', 'y=2', 'provider=ssh'],
      hosts: ['unix:///var/run/docker.sock', 'tcp://0.0.0.0:2376'],
      'registry-mirrors': ['https://a', 'https://b'],
    });
    expect(Object.keys(setup.json as object)).toEqual(Object.keys(json));
    expect(setup.command).not.toMatch(/--(host|label|registry-mirror)/);
    expect(setup.command).toContain('--tlsverify');
    expect(setup.changes.join('\n')).toContain('is changed (hosts, labels, registry-mirrors)');
  });

  it('has its TLS replaced', () => {
    const json = {
      tls: true,
      tlsverify: true,
      tlscacert: '/x/ca',
      tlscert: '/x/c',
      tlskey: '/x/k',
    };
    const setup = setupOf({ json });
    expect(setup.json).toEqual({
      ...{ tls: true, tlsverify: true, tlscacert: `${TLS}/ca.pem` },
      ...{ tlscert: `${TLS}/cert.pem`, tlskey: `${TLS}/key.pem` },
    });
    expect(setup.command).not.toContain('--tls');
    expect(setup.changes.join('\n')).toContain('clients who trust their CA');
  });

  it.each(['{', '[]', '{"a":1,}', 'null'])('that is %s is a problem', (daemonJson) => {
    expect(setupOf({ daemonJson }).problems[0]?.problem).toBe(
      '/etc/docker/daemon.json is not an object in JSON',
    );
  });
});

describe('--engine-opt', () => {
  it('that says what the engine has already adds nothing', () => {
    const json = { 'live-restore': true, 'log-opts': { 'max-size': '5m' }, dns: ['1.1.1.1'] };
    const options = ['live-restore', 'log-opt=max-size=5m', 'dns=1.1.1.1'];
    const setup = setupOf({ json }, { options });
    expect(setup).toMatchObject({ problems: [], daemonJson: undefined });
    expect(setup.command).not.toMatch(/live-restore|log-opt|dns/);
  });

  it('joins a list or an object of daemon.json, and else becomes a flag', () => {
    const json = { 'log-opts': { 'max-size': '5m' }, dns: ['1.1.1.1'] };
    const options = ['log-opt=max-file=2', 'dns=9.9.9.9', '--bip=10.9.0.1/24', 'ulimit'];
    const setup = setupOf({ json }, { options });
    expect(setup.json).toEqual({
      'log-opts': { 'max-size': '5m', 'max-file': '2' },
      dns: ['1.1.1.1', '9.9.9.9'],
    });
    expect(setup.command).toContain('--bip=10.9.0.1/24 --ulimit=true');
  });

  it.each([
    [{ json: { bip: '10.1.0.1/24' } }, 'bip=10.9.0.1/24', 'bip 10.1.0.1/24'],
    [{ json: { 'live-restore': false } }, 'live-restore', 'live-restore false'],
    [{ json: { 'log-opts': { 'max-size': '5m' } } }, 'log-opt=max-size=6m', 'log-opt max-size=5m'],
    [{ json: { runtimes: { a: { path: '/a' } } } }, 'add-runtime=b=/b', 'add-runtime {'],
    [
      { variables: { DOCKER_OPTS: '-s overlay2' } },
      'storage-driver=vfs',
      'storage-driver overlay2',
    ],
  ])('that contradicts the engine is a problem: %j', (given, option, has) => {
    const { problems } = setupOf(given, { options: [option] });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.problem).toContain(`the engine is configured with ${has}`);
  });
});

describe('problems', () => {
  it('are labels that contradict each other', () => {
    const json = { labels: ['zone=a', 'provider=aws'] };
    const { problems, command } = setupOf({ json }, { labels: ['zone=b'] });
    expect(problems[0]?.problem).toBe(
      'the engine has the label zone=a already, and zone=b is asked for',
    );
    expect(command).not.toContain('provider');
  });

  it('are what leaves no place for ours', () => {
    const later = ['/etc/systemd/system/docker.service.d/zzz.conf'];
    expect(setupOf({ later }).problems).toHaveLength(1);
    expect(setupOf({ command: [...DEBIAN, '--config-file', '/x.json'] }).problems).toHaveLength(1);
    expect(setupOf({ cli: false }).problems).toHaveLength(1);
  });
});

describe('changes', () => {
  it('name what becomes of every container', () => {
    const running = [
      { name: 'plain', restarts: false, temporary: false },
      { name: 'again', restarts: true, temporary: false },
      { name: 'once', restarts: false, temporary: true },
    ];
    expect(setupOf({ running }).changes.slice(-4)).toEqual([
      'docker.service is restarted',
      'container plain stops, and is started again by swarmctl',
      'container again stops, and comes back by itself (restart policy)',
      'container once stops and is gone: it was started with --rm',
    ]);
    const engine = engineOf({ liveRestore: true });
    expect(setupOf({ running, engine }).changes.at(-1)).toBe(
      'container once keeps running (live-restore)',
    );
  });

  it('say that Docker comes first where there is none', () => {
    const setup = engineSetup(factsOf(undefined), wantedOf());
    expect(setup.dropIn).toBe('');
    expect(setup.changes).toEqual([
      'Docker Engine is installed, and listens at port 2376 with TLS',
    ]);
  });
});
