import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { Workplace } from '../helpers/workplace.ts';

describe('the options that users of docker-machine know', () => {
  const cluster = 'opts';
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, [
      ...['--nodes', '1', '--schedule-on-master'],
      ...['--engine-label', 'region=eu', '--engine-label', 'tier=1'],
      ...['--engine-opt', 'max-concurrent-downloads=2'],
      ...['--engine-env', 'HTTPS_PROXY=http://me:secret@127.0.0.1:1'],
      ...['--engine-registry-mirror', 'http://127.0.0.1:5000'],
      ...['--engine-insecure-registry', '10.1.0.0/16'],
      ...['--tls-san', 'swarm.example.org', '--tls-san', '192.0.2.7'],
      ...['--swarm-opt', 'heartbeat=3s', '--swarm-join-opt', 'ttl=90s'],
      ...['--concurrency', '1'],
    ]);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it('schedules on the master', async () => {
    const result = await place.status(cluster);
    expect(result.nodes).toMatchObject([
      { name: 'opts-m', role: 'master and node', status: 'Healthy' },
      { name: 'opts-1', role: 'node', status: 'Healthy' },
    ]);
    expect(result.master).toBeNull();
  });

  it('reaches the engines', async () => {
    const info = JSON.parse(await place.dockerOn('opts-1', 'info', '--format', '{{json .}}')) as {
      Labels: string[];
      HttpsProxy: string;
      RegistryConfig: { Mirrors: string[]; InsecureRegistryCIDRs: string[] };
    };
    expect(info.Labels.sort()).toEqual(['provider=local', 'region=eu', 'tier=1']);
    expect(info.HttpsProxy).toContain('127.0.0.1:1');
    expect(info.RegistryConfig.Mirrors).toEqual(['http://127.0.0.1:5000/']);
    expect(info.RegistryConfig.InsecureRegistryCIDRs).toContain('10.1.0.0/16');
    const args = await place.docker('inspect', '--format', '{{.Args}}', 'swarmctl-opts-1');
    expect(args).toContain('--max-concurrent-downloads=2');
  });

  it('keeps the value of --engine-env out of labels, arguments, state and logs', async () => {
    const ids = (
      await place.docker('ps', '-q', '--filter', `label=io.swarmctl.cluster=${cluster}`)
    ).split('\n');
    const network = await place.docker('network', 'inspect', 'swarmctl-opts');
    expect((await place.docker('inspect', ...ids)) + network).not.toContain('secret');
    const { execa } = await import('execa');
    const { stdout } = await execa('grep', ['-rl', 'me:secret', `${place.home}/.swarmctl`], {
      reject: false,
    });
    expect(stdout).toBe('');
  });

  it('reaches swarm', async () => {
    const manager = await place.dockerOn(
      'opts-m',
      'inspect',
      '--format',
      '{{.Args}}',
      'swarm-manager',
    );
    expect(manager).toContain('--heartbeat=3s');
    expect(manager.match(/--heartbeat/g)).toHaveLength(1);
    const agent = await place.dockerOn('opts-1', 'inspect', '--format', '{{.Args}}', 'swarm-agent');
    expect(agent).toContain('--ttl=90s');
  });

  it('names further names in the certificates', async () => {
    const { result } = await place.json<{ result: { variables: Record<string, string> } }>([
      'env',
      cluster,
    ]);
    const port = Number(/:(\d+)$/.exec(result.variables.DOCKER_HOST ?? '')?.[1]);
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const certificate = new X509Certificate(socket.getPeerCertificate().raw);
    socket.destroy();
    expect(certificate.checkHost('swarm.example.org')).toBe('swarm.example.org');
    expect(certificate.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  });
});
