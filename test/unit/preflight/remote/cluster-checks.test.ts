import { describe, expect, it } from 'vitest';
import { clusterChecks } from '../../../../src/preflight/remote/cluster-checks.ts';
import type { SeenHost } from '../../../../src/preflight/remote/seen.ts';
import { listening, server } from './support.ts';

function ask(check: string, ...hosts: SeenHost[]) {
  return clusterChecks[check]?.(hosts).map(
    ({ level, host, problem }) => `${level} ${host ?? ''}: ${problem}`,
  );
}

const other = server({ name: 'demo-1', facts: { machineId: 'm2' }, engine: { id: 'ID-2' } });

describe('the checks of all hosts together', () => {
  it('have nothing against hosts of their own', () => {
    for (const check of Object.keys(clusterChecks)) expect(ask(check, server(), other)).toEqual([]);
  });

  it('same-host: two names of one machine, or of one engine', () => {
    const twin = server({ name: 'demo-1', host: { url: 'ssh://root@web1' }, engine: { id: 'X' } });
    expect(ask('same-host', server(), twin)).toEqual([
      'error demo-1: ssh://root@web1 and ssh://root@10.0.0.1 are the same host (or copies of one: the same machine ID)',
    ]);
    expect(ask('same-host', server(), listening({ name: 'demo-1' }))?.join()).toContain(
      'the same engine ID',
    );
  });

  it('architecture: one image serves all', () => {
    const arm = { architecture: 'aarch64' };
    const found = ask('architecture', server(), {
      ...other,
      engine: other.engine && { ...other.engine, ...arm },
    });
    expect(found).toEqual([
      'error demo-1: it is aarch64, and demo-m is x86_64: one swarm image serves all hosts',
    ]);
  });

  it('clock: seconds are told, what certificates cannot bear is an error', () => {
    expect(ask('clock', server({ ahead: 1500 }))).toEqual([]);
    expect(ask('clock', server({ ahead: -10_000 }))).toEqual([
      "warning demo-m: its clock is 10 s behind this machine's",
    ]);
    expect(ask('clock', server({ ahead: 2 * 3_600_000 }))?.join()).toMatch(/^error .* ahead of/);
  });
});
