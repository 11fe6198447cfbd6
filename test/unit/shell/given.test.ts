import { parse } from '@oclif/core/parser';
import { describe, expect, it, vi } from 'vitest';
import Create from '../../../src/commands/create.ts';
import { whatIsGiven } from '../../../src/shell/given.ts';

/** A command line of create as oclif reads it, and what we make of that. */
async function given(...argv: string[]) {
  const parsed = await parse(argv, { flags: Create.flags, args: Create.args, strict: true });
  return whatIsGiven(Create.flags, parsed);
}

describe('flags and where they are from', () => {
  it('are defaults when nothing was said', async () => {
    const { values, origin } = await given();
    expect(values).toMatchObject({ nodes: 3, discovery: 'etcd', 'engine-label': [] });
    for (const flag of ['nodes', 'discovery', 'engine-label', 'schedule-on-master', 'tls-san']) {
      expect(origin(flag), flag).toBe('default');
    }
  });

  it('are flags, also where they say the default', async () => {
    const { values, origin } = await given('-n', '3', '--no-schedule-on-master', '--tls-san', 'a');
    expect(values).toMatchObject({ nodes: 3, 'schedule-on-master': false, 'tls-san': ['a'] });
    for (const flag of ['nodes', 'schedule-on-master', 'tls-san']) {
      expect(origin(flag), flag).toBe('flag');
    }
  });

  it('have the argument with them', async () => {
    const { values, origin } = await given('staging');
    expect(values['name']).toBe('staging');
    expect(origin('name')).toBe('flag');
    expect((await given()).origin('name')).toBe('default');
  });

  it('are variables, a list one entry a line', async () => {
    vi.stubEnv('SWARMCTL_NODES', '5');
    vi.stubEnv('SWARMCTL_ENGINE_ENV', 'NO_PROXY=a,b\nX=y z\n');
    vi.stubEnv('SWARMCTL_DISCOVERY_CA', 'ca.pem');
    vi.stubEnv('SWARMCTL_SCHEDULE_ON_MASTER', 'false');
    vi.stubEnv('SWARMCTL_ETCD_IMAGE', 'etcd:x');
    const { values, origin } = await given('x');
    expect(values).toMatchObject({
      nodes: 5,
      'engine-env': ['NO_PROXY=a,b', 'X=y z'],
      'discovery-ca': 'ca.pem',
      'schedule-on-master': false,
      'etcd-image': 'etcd:x',
    });
    for (const flag of ['nodes', 'engine-env', 'discovery-ca', 'schedule-on-master']) {
      expect(origin(flag), flag).toBe('environment');
    }
    expect(origin('swarm-image')).toBe('default');
  });

  it('name hosts, and do not swallow the argument', async () => {
    const { values, origin } = await given('--host', 'ssh://a', '--host', 'local', 'staging');
    expect(values).toMatchObject({ host: ['ssh://a', 'local'], name: 'staging' });
    expect(origin('host')).toBe('flag');
    expect((await given('--host', 'ssh://a', 'staging')).values).toMatchObject({
      host: ['ssh://a'],
      name: 'staging',
    });
    vi.stubEnv('SWARMCTL_HOST', 'ssh://root@[fd00::1]:22\nlocal\n');
    vi.stubEnv('SWARMCTL_ENGINE_INSTALL', 'no');
    vi.stubEnv('SWARMCTL_SSH_PORT', '2222');
    const variables = await given();
    expect(variables.values).toMatchObject({
      host: ['ssh://root@[fd00::1]:22', 'local'],
      'engine-install': false,
      'ssh-port': 2222,
    });
    expect(variables.origin('host')).toBe('environment');
  });

  it('are flags rather than variables', async () => {
    vi.stubEnv('SWARMCTL_NODES', '5');
    const { values, origin } = await given('--nodes', '4');
    expect(values['nodes']).toBe(4);
    expect(origin('nodes')).toBe('flag');
  });

  it('are not a variable that is empty', async () => {
    vi.stubEnv('SWARMCTL_NODES', '');
    vi.stubEnv('SWARMCTL_SCHEDULE_ON_MASTER', '');
    const { values, origin } = await given();
    expect(values['nodes']).toBe(3);
    expect([origin('nodes'), origin('schedule-on-master')]).toEqual(['default', 'default']);
  });

  it('are not guessed from a variable that is neither yes nor no', async () => {
    vi.stubEnv('SWARMCTL_SCHEDULE_ON_MASTER', 'maybe');
    await expect(given()).rejects.toMatchObject({
      code: 'USAGE',
      message: 'SWARMCTL_SCHEDULE_ON_MASTER must be true or false',
    });
  });
});
