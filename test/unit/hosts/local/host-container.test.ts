import { describe, expect, it } from 'vitest';
import { publicRecord } from '../../../../src/cluster/record.ts';
import {
  hostConfig,
  hostContainer,
  hostFiles,
  hostLabels,
  reachCommand,
} from '../../../../src/hosts/local/host-container.ts';
import { hostOf, recordOf, type SpecChanges } from '../../support/cluster.ts';

function containerOf(name: string, changes: SpecChanges = {}) {
  const record = recordOf(changes);
  return hostContainer(record, hostOf(record, name), 2379, 'privileged');
}

describe('the container of a host', () => {
  it('shows its ports on the loopback address only', () => {
    const { ExposedPorts, HostConfig } = containerOf('demo-m');
    expect(HostConfig?.PortBindings).toEqual({
      '2376/tcp': [{ HostIp: '127.0.0.1', HostPort: '40000' }],
      '3376/tcp': [{ HostIp: '127.0.0.1', HostPort: '3376' }],
      '2379/tcp': [{ HostIp: '127.0.0.1', HostPort: '40001' }],
    });
    expect(Object.keys(ExposedPorts ?? {})).toEqual(['2376/tcp', '3376/tcp', '2379/tcp']);
    expect(containerOf('demo-1').HostConfig?.PortBindings).toEqual({
      '2376/tcp': [{ HostIp: '127.0.0.1', HostPort: '40002' }],
    });
  });

  it('has its name and its address in the network of the cluster', () => {
    const options = containerOf('demo-2');
    expect(options).toMatchObject({ name: 'swarmctl-demo-2', Hostname: 'demo-2' });
    expect(options.HostConfig?.NetworkMode).toBe('swarmctl-demo');
    expect(options.NetworkingConfig).toEqual({
      EndpointsConfig: { 'swarmctl-demo': { IPAMConfig: { IPv4Address: '10.117.0.4' } } },
    });
  });

  it('keeps its data in a volume of its own and comes back after a reboot', () => {
    const { HostConfig } = containerOf('demo-2');
    expect(HostConfig?.Binds).toEqual(['swarmctl-demo-2-data:/var/lib/docker']);
    expect(HostConfig?.RestartPolicy).toEqual({ Name: 'unless-stopped' });
    expect(HostConfig?.CgroupnsMode).toBe('private');
  });

  it('holds no value of the environment anywhere, and no variables of its own', () => {
    const environment = ['HTTP_PROXY=http://u:hunter2@proxy:1', 'TOKEN=s3cret'];
    const options = containerOf('demo-1', { engine: { environment } });
    const text = JSON.stringify(options);
    for (const part of ['hunter2', 's3cret', 'TOKEN', 'HTTP_PROXY'])
      expect(text).not.toContain(part);
    expect(options).not.toHaveProperty('Env');
  });

  it('has labels by which it is found, and no more', () => {
    const record = recordOf({ engine: { environment: ['TOKEN=s3cret'] } });
    const host = hostOf(record, 'demo-1');
    expect(containerOf('demo-1').Labels).toMatchObject(hostLabels(record, host));
    expect(hostLabels(record, host)).toEqual({
      'io.swarmctl.cluster': 'demo',
      'io.swarmctl.schema': '1',
      'io.swarmctl.host': 'demo-1',
    });
  });

  it('runs an engine that verifies its clients, with what the person chose, in order', () => {
    const { Cmd, Entrypoint } = containerOf('demo-1', {
      engine: {
        labels: ['region=eu', 'note=two words'],
        options: ['log-level=debug', '--debug', '-D'],
        registryMirrors: ['https://mirror'],
        insecureRegistries: ['reg:5000'],
      },
    });
    expect(Entrypoint).toEqual(['/bin/sh', '/etc/swarmctl/entrypoint.sh']);
    expect(Cmd).toEqual([
      '--host=unix:///var/run/docker.sock',
      '--host=tcp://0.0.0.0:2376',
      '--tlsverify',
      '--tlscacert=/etc/swarmctl/tls/engine/ca.pem',
      '--tlscert=/etc/swarmctl/tls/engine/cert.pem',
      '--tlskey=/etc/swarmctl/tls/engine/key.pem',
      '--label=provider=local',
      '--label=region=eu',
      '--label=note=two words',
      '--registry-mirror=https://mirror',
      '--insecure-registry=reg:5000',
      '--log-level=debug',
      '--debug',
      '--D',
    ]);
  });

  it('is privileged, or has all capabilities but the one that the engine lacks', () => {
    expect(containerOf('demo-1').HostConfig?.Privileged).toBe(true);
    const record = recordOf();
    const { HostConfig } = hostContainer(record, hostOf(record, 'demo-1'), 2379, 'capabilities');
    expect(HostConfig).not.toHaveProperty('Privileged');
    expect(HostConfig).toMatchObject({ CapAdd: ['ALL'], CapDrop: ['SYS_RESOURCE'] });
  });
});

describe('the files of a host', () => {
  it('are its scripts, and its environment for root only', async () => {
    const files = await hostFiles(['A=1', 'B=two words']);
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['/etc/swarmctl/entrypoint.sh', 0o755],
      ['/etc/swarmctl/reach.sh', 0o755],
      ['/etc/swarmctl/engine.env', 0o600],
    ]);
    expect(files[2]?.text).toBe('A=1\nB=two words\n');
    for (const { text } of files.slice(0, 2)) expect(text).toMatch(/^#!\/bin\/sh\n/);
  });

  it('are the scripts only when there is no environment', async () => {
    expect(await hostFiles([])).toHaveLength(2);
  });
});

it('a host is reached at its address with the certificate of the manager', () => {
  expect(reachCommand(hostOf(recordOf(), 'demo-1'))).toEqual([
    '/bin/sh',
    '/etc/swarmctl/reach.sh',
    '10.117.0.3',
    '2376',
    '/etc/swarmctl/tls/manager',
  ]);
});

it('has another fingerprint with other settings of its engine, and the same whatever a secret is shown as', () => {
  const of = (changes: SpecChanges) => {
    const record = recordOf(changes);
    return hostConfig(record, hostOf(record, 'demo-1'));
  };
  const plain = of({});
  expect(of({ swarm: { strategy: 'binpack' }, nodes: 5 })).toBe(plain);
  for (const engine of [{ labels: ['a=1'] }, { options: ['debug'] }, { environment: ['A=1'] }])
    expect(of({ engine })).not.toBe(plain);
  expect(of({ tlsSans: ['a.example.org'] })).not.toBe(plain);
  const secret = recordOf({ engine: { environment: ['A=s3cret'] } });
  const host = hostOf(secret, 'demo-1');
  expect(hostConfig(publicRecord(secret), host)).toBe(hostConfig(secret, host));
});
