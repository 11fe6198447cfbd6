import { expect, it } from 'vitest';
import { filesInside, serviceOptions, type Service } from '../../../src/hosts/service.ts';

const service: Service = {
  name: 'swarm-manager',
  image: 'swarm',
  command: [],
  credentials: ['manager', 'discovery'],
  mounts: ['/etc/swarmctl/discovery', '/etc/swarmctl/tls/discovery/ca.pem:/etc/ssl/bundle.crt'],
};

const file = (path: string) => ({ path, text: path, mode: 0o600 });

it('gives a container its files at the paths where it looks for them, and no others', () => {
  const credentials = [
    file('/etc/swarmctl/tls/manager/key.pem'),
    file('/etc/swarmctl/tls/discovery/ca.pem'),
    file('/etc/swarmctl/tls/store/key.pem'),
  ];
  const others = [file('/etc/swarmctl/discovery/nodes'), file('/etc/swarmctl/discovery2/x')];
  const held = filesInside(service, credentials, others);
  expect(held.map(({ path, text }) => [path, text])).toEqual([
    ['/etc/swarmctl/tls/manager/key.pem', '/etc/swarmctl/tls/manager/key.pem'],
    ['/etc/swarmctl/tls/discovery/ca.pem', '/etc/swarmctl/tls/discovery/ca.pem'],
    ['/etc/swarmctl/discovery/nodes', '/etc/swarmctl/discovery/nodes'],
    ['/etc/ssl/bundle.crt', '/etc/swarmctl/tls/discovery/ca.pem'],
  ]);
  expect(held.every(({ mode }) => mode === 0o600)).toBe(true);
});

it('mounts nothing of the host into a container that holds its files itself', () => {
  expect(serviceOptions(service, 'demo', 'held').HostConfig?.Binds).toEqual([]);
  expect(serviceOptions(service, 'demo').HostConfig?.Binds).toHaveLength(4);
});
