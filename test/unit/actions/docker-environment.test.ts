import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerEnvironment, environmentBefore } from '../../../src/actions/docker-environment.ts';
import { dockerFlags } from '../../../src/actions/docker-flags.ts';
import { dockerUrl } from '../../../src/actions/docker-endpoint.ts';
import { MEMORY, remember } from '../../../src/actions/env-memory.ts';
import type { ClusterRecord } from '../../../src/cluster/record.ts';
import { hostOf, recordOf, remote } from '../support/cluster.ts';
import { machine } from './support.ts';

const servers = recordOf({
  hosts: [
    remote('ssh://root@10.0.0.1', true),
    remote('ssh://root@10.0.0.2'),
    remote('tcp://10.0.0.3:2376'),
  ],
});

/** A person's machine with a cluster whose client certificate is there, and no docker CLI. */
async function withRecord(record: ClusterRecord = recordOf()) {
  const { context, home, userHome } = await machine();
  const folder = home.cluster('demo');
  await folder.writeRecord(record);
  await folder.write('client/key.pem', 'KEY');
  for (const file of ['ca', 'cert', 'key']) await folder.write(`engines/demo-2/${file}.pem`, 'PEM');
  const at = (env: NodeJS.ProcessEnv) => ({ ...context, env: { PATH: userHome, ...env } });
  return { folder, at, cluster: { record, host: undefined } };
}

/** What the shell has after it has taken in what is printed. */
function after(
  env: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string | null>>,
): NodeJS.ProcessEnv {
  const now = { ...env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === null) Reflect.deleteProperty(now, name);
    else now[name] = value;
  }
  return now;
}

describe('dockerEnvironment', () => {
  it('points at the manager with the client certificate of the cluster', async () => {
    const { at, cluster, folder } = await withRecord();
    const variables = await dockerEnvironment(cluster, false, at({}));
    expect(variables).toMatchObject({
      DOCKER_TLS_VERIFY: '1',
      DOCKER_HOST: 'tcp://127.0.0.1:3376',
      DOCKER_CERT_PATH: folder.clientCertificates,
      DOCKER_API_VERSION: null,
      DOCKER_MACHINE_NAME: 'demo',
      SWARMCTL_CLUSTER: 'demo',
    });
    expect(variables).not.toHaveProperty('NO_PROXY');
  });

  it.each([
    ['demo-m', 'tcp://10.0.0.1:2376', 'client'],
    ['demo-1', 'tcp://10.0.0.2:2376', 'client'],
    ['demo-2', 'tcp://10.0.0.3:2376', 'engines/demo-2'],
  ])('points at the engine of %s', async (name, url, keys) => {
    const { at, folder } = await withRecord(servers);
    const subject = { record: servers, host: hostOf(servers, name) };
    expect(await dockerEnvironment(subject, false, at({}))).toMatchObject({
      DOCKER_HOST: url,
      DOCKER_CERT_PATH: path.join(folder.path, keys),
      DOCKER_MACHINE_NAME: name,
      SWARMCTL_CLUSTER: 'demo',
    });
  });

  it('uses the published port of a local host', () => {
    const record = recordOf();
    const host = hostOf(record, 'demo-1');
    expect(dockerUrl({ record, host })).toBe(`tcp://127.0.0.1:${String(host.reach.engine)}`);
  });

  it('clears what would ask an engine without TLS for it', async () => {
    const { at, cluster } = await withRecord(recordOf({ insecure: true }));
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/mine' };
    const variables = await dockerEnvironment(cluster, false, at(env));
    expect(variables).toMatchObject({ DOCKER_TLS_VERIFY: null, DOCKER_CERT_PATH: null });
    expect(environmentBefore(at(after(env, variables)))).toMatchObject(env);
  });

  it('says which certificate is not on this machine', async () => {
    const { context } = await machine();
    const dial = (record: ClusterRecord, name?: string) =>
      dockerEnvironment({ record, host: name ? hostOf(record, name) : undefined }, false, context);
    await expect(dial(recordOf())).rejects.toThrow('the client certificate of demo is not on');
    await expect(dial(servers, 'demo-2')).rejects.toThrow(
      'what opens the engine at tcp://10.0.0.3',
    );
  });
});

describe('--unset', () => {
  const mine = { DOCKER_HOST: 'ssh://me@box', DOCKER_API_VERSION: '', NO_PROXY: 'a', OTHER: 'x' };

  it('brings back what was there before the first of several', async () => {
    const { at, cluster } = await withRecord();
    const second = recordOf({ name: 'second' });
    const folder = at({}).home.cluster('second');
    await folder.write('client/key.pem', 'KEY');
    let env: NodeJS.ProcessEnv = mine;
    const take = async (subject: typeof cluster, noProxy: boolean) => {
      env = after(env, await dockerEnvironment(subject, noProxy, at(env)));
    };
    await take(cluster, false);
    await take(cluster, true);
    const once = env;
    await take(cluster, true);
    expect(env).toEqual(once);
    await take({ record: second, host: undefined }, true);
    expect(env).toMatchObject({ DOCKER_MACHINE_NAME: 'second', OTHER: 'x' });
    await take({ record: second, host: undefined }, false);
    expect(env.NO_PROXY).toBe('a');
    env = after(env, environmentBefore(at(env)));
    expect(env).toEqual(mine);
  });

  it('clears what was not set', async () => {
    const { at, cluster } = await withRecord();
    const env = after({}, await dockerEnvironment(cluster, true, at({})));
    expect(env.NO_PROXY).toBe('127.0.0.1,10.117.0.2,10.117.0.3,10.117.0.4');
    expect(after(env, environmentBefore(at(env)))).toEqual({});
  });

  it('leaves everything alone where nothing is remembered, and says so', async () => {
    const { at } = await withRecord();
    const notes: string[] = [];
    const note = (sentence: string) => void notes.push(sentence);
    expect(after(mine, environmentBefore({ env: mine, note }))).toEqual(mine);
    expect(notes.join()).toContain('nothing to take back');
    expect(after(mine, environmentBefore(at(mine)))).toEqual(mine);
  });

  it.each([
    ['what cannot be read', '%%'],
    ['what is no list of variables', Buffer.from('null').toString('base64url')],
    ['variables that are not ours', remember({ PATH: '/evil' })],
  ])('takes no notice of %s', async (_, memory) => {
    const { at } = await withRecord();
    const restored = environmentBefore(at({ ...mine, [MEMORY]: memory }));
    expect(restored).toMatchObject({ DOCKER_HOST: 'ssh://me@box', [MEMORY]: null });
    expect(restored).not.toHaveProperty('PATH');
  });
});

describe('dockerFlags', () => {
  it('are those of env', async () => {
    const { at, folder } = await withRecord(servers);
    const keys = path.join(folder.path, 'engines/demo-2');
    const subject = { record: servers, host: hostOf(servers, 'demo-2') };
    expect(await dockerFlags(subject, at({}))).toEqual([
      '--tlsverify',
      `--tlscacert=${keys}/ca.pem`,
      `--tlscert=${keys}/cert.pem`,
      `--tlskey=${keys}/key.pem`,
      '-H=tcp://10.0.0.3:2376',
    ]);
  });

  it('are one without TLS', async () => {
    const { at, cluster } = await withRecord(recordOf({ insecure: true }));
    expect(await dockerFlags(cluster, at({}))).toEqual(['-H=tcp://127.0.0.1:3376']);
  });
});
