import { describe, expect, it } from 'vitest';
import { hostChecks } from '../../../../src/preflight/remote/host-checks.ts';
import type { SeenHost } from '../../../../src/preflight/remote/seen.ts';
import { specOf, type SpecChanges } from '../../support/cluster.ts';
import { docker, listening, server } from './support.ts';

/** What a check says of a host. */
function ask(check: string, seen: SeenHost, spec: SpecChanges = {}) {
  const found = hostChecks[check]?.(seen, { spec: specOf(spec), storePort: 2379 });
  if (!found) throw new Error(`no check ${check}`);
  return found.map(({ level, problem }) => `${level}: ${problem}`);
}

describe('the checks of a host that was there before', () => {
  it.each(Object.keys(hostChecks))(
    '%s has nothing against a host that is as it should be',
    (check) => {
      expect(ask(check, server())).toEqual([]);
      expect(ask(check, listening())).toEqual([]);
    },
  );

  it('root: somebody who cannot become root', () => {
    expect(
      ask('root', server({ facts: { root: { refused: 'sudo: a password is required' } } })),
    ).toEqual(['error: commands cannot be run as root: sudo: a password is required']);
  });

  it('packages: no Docker, and no way to it', () => {
    const bare = server({ facts: { docker: undefined } });
    expect(ask('packages', bare)).toEqual([]);
    expect(ask('packages', bare, { engine: { install: 'never' } })).toEqual([
      'error: there is no Docker Engine with a docker.service, and none is to be installed',
    ]);
    const alpine = server({
      facts: { docker: undefined, apt: false, os: { id: 'alpine', version: '3', like: [] } },
    });
    expect(ask('packages', alpine)).toEqual([
      'error: there is no Docker Engine, and swarmctl has no packages of it for alpine',
    ]);
  });

  it('systemd: Docker that is started otherwise', () => {
    expect(ask('systemd', server({ facts: { systemd: false } }))).toEqual([
      'error: it does not run systemd, by which swarmctl configures Docker',
    ]);
  });

  it('engine-config: a daemon.json that is none, and an option that is set otherwise', () => {
    const broken = server({ facts: { docker: { ...docker, daemonJson: '{' } } });
    expect(ask('engine-config', broken).join()).toContain('daemon.json');
    const set = server({ facts: { docker: { ...docker, daemonJson: '{"log-level":"debug"}' } } });
    expect(ask('engine-config', set, { engine: { options: ['log-level=info'] } }).join()).toContain(
      'log-level',
    );
  });

  it('engine-version: API windows without what swarm speaks', () => {
    expect(ask('engine-version', server({ engine: { api: '1.30', version: '17.06' } }))).toEqual([
      'error: engine 17.06 speaks API 1.30 at most, and swarm speaks 1.31',
    ]);
    const late = { engine: { minApi: '1.44', version: '29.0.0' } };
    expect(ask('engine-version', server(late))).toEqual([]);
    expect(ask('engine-version', listening(late))).toEqual([
      'error: engine 29.0.0 wants API 1.44 at least, and swarm speaks 1.31',
    ]);
  });

  it('foreign-swarm: another cluster, one of this name, or a swarm that was made by hand', () => {
    expect(ask('foreign-swarm', server({ engine: { claim: 'old' } }))).toEqual([
      'error: it belongs to cluster old',
    ]);
    expect(ask('foreign-swarm', server({ engine: { claim: 'demo' } }))).toEqual([
      "error: it belongs to a cluster demo that this machine's state does not know",
    ]);
    const swarm = [
      { name: 'swarm-agent', image: 'swarm:latest', running: true, cluster: undefined },
    ];
    expect(ask('foreign-swarm', server({ engine: { swarm } }))).toEqual([
      'error: it is part of another swarm: container swarm-agent',
    ]);
  });

  it('ports: who has them, those of manager and store on the master alone', () => {
    const listening = [
      { port: 2376, program: 'nginx' },
      { port: 3376, program: '' },
      { port: 2379, program: 'etcd' },
    ];
    expect(ask('ports', server({ facts: { listening } }))).toEqual([
      'error: port 2376, for its engine, is taken by nginx',
      'error: port 3376, for the manager, is taken',
      'error: port 2379, for the store, is taken by etcd',
    ]);
    expect(ask('ports', server({ name: 'demo-1', facts: { listening } }))).toHaveLength(1);
    const own = [{ port: 2376, program: 'dockerd' }];
    expect(ask('ports', server({ facts: { listening: own } }))).toEqual([]);
  });

  it('disk, storage-driver and os', () => {
    expect(ask('disk', server({ facts: { free: 50 * 1024 * 1024 } }))).toEqual([
      "error: Docker's disk has 50 MiB free, and about 200 MiB are needed",
    ]);
    expect(ask('storage-driver', server({ engine: { driver: 'vfs' } }))).toEqual([
      'warning: its engine uses the storage driver vfs, which copies every layer',
    ]);
    expect(ask('os', listening({ engine: { os: 'windows' } }))).toEqual([
      'error: its engine runs windows containers',
    ]);
  });
});
