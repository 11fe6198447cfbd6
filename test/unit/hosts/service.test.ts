import { describe, expect, it } from 'vitest';
import { serviceOptions, type Service } from '../../../src/hosts/service.ts';

const service: Service = {
  name: 'swarm-agent',
  image: 'swarm:1.2.9',
  command: ['join', 'etcd://10.0.0.2:2379/demo'],
  credentials: ['discovery'],
};

const CONFIG = 'io.swarmctl.config';

describe('a service', () => {
  it('runs on the network of its host and is always started again', () => {
    expect(serviceOptions(service, 'demo')).toMatchObject({
      name: 'swarm-agent',
      Image: 'swarm:1.2.9',
      Cmd: ['join', 'etcd://10.0.0.2:2379/demo'],
      Labels: { 'io.swarmctl.cluster': 'demo' },
      HostConfig: {
        NetworkMode: 'host',
        RestartPolicy: { Name: 'unless-stopped' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      },
    });
    expect(serviceOptions(service, 'demo')).not.toHaveProperty('Entrypoint');
  });

  it('is given its own credentials only, read-only', () => {
    expect(serviceOptions(service, 'demo').HostConfig?.Binds).toEqual([
      '/etc/swarmctl/tls/discovery:/etc/swarmctl/tls/discovery:ro',
    ]);
  });

  it('keeps its data in a volume, and may have an entrypoint', () => {
    const store: Service = {
      ...service,
      entrypoint: ['etcd'],
      credentials: ['store'],
      volume: { name: 'swarmctl-etcd', path: '/etcd-data' },
    };
    const options = serviceOptions(store, 'demo');
    expect(options.Entrypoint).toEqual(['etcd']);
    expect(options.HostConfig?.Binds).toEqual([
      '/etc/swarmctl/tls/store:/etc/swarmctl/tls/store:ro',
      'swarmctl-etcd:/etcd-data',
    ]);
  });

  it('is given files and folders of its host where it says, read-only', () => {
    const mounts = ['/etc/swarmctl/discovery', '/a/ca.pem:/etc/ssl/certs/bundle.crt'];
    const volume = { name: 'v', path: '/v' };
    expect(serviceOptions({ ...service, mounts, volume }, 'demo').HostConfig?.Binds).toEqual([
      '/etc/swarmctl/tls/discovery:/etc/swarmctl/tls/discovery:ro',
      '/etc/swarmctl/discovery:/etc/swarmctl/discovery:ro',
      '/a/ca.pem:/etc/ssl/certs/bundle.crt:ro',
      'v:/v',
    ]);
  });

  it('has the environment it was given, and none otherwise', () => {
    expect(serviceOptions(service, 'demo').Env).toEqual([]);
    const environment = { SSL_CERT_FILE: '/a/ca.pem', EMPTY: '' };
    expect(serviceOptions({ ...service, environment }, 'demo').Env).toEqual([
      'SSL_CERT_FILE=/a/ca.pem',
      'EMPTY=',
    ]);
  });

  it('has a fingerprint of everything it is made from', () => {
    const print = (changes: Partial<Service>) =>
      serviceOptions({ ...service, ...changes }, 'demo').Labels?.[CONFIG];
    expect(print({})).toBe(print({}));
    const others = [
      print({ image: 'swarm:1.2.8' }),
      print({ command: ['join', '--ttl=5m', 'etcd://10.0.0.2:2379/demo'] }),
      print({ credentials: ['manager'] }),
      print({ entrypoint: ['sh'] }),
      print({ volume: { name: 'v', path: '/v' } }),
      print({ mounts: ['/a'] }),
      print({ mounts: ['/a:/b'] }),
      print({ environment: { A: '1' } }),
      print({ environment: { A: '2' } }),
    ];
    expect(new Set([print({}), ...others]).size).toBe(others.length + 1);
  });
});
