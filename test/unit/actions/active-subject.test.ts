import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { activeSubject } from '../../../src/actions/active-subject.ts';
import { hostOf, recordOf, remote } from '../support/cluster.ts';
import { machine } from './support.ts';

const servers = recordOf({
  name: 'web',
  hosts: [
    remote('ssh://root@server.example', true),
    remote('ssh://root@10.0.0.2:2222'),
    remote('tcp://[fd00::3]:2376'),
  ],
});
const demo = recordOf();
const published = String(hostOf(demo, 'demo-1').reach.engine);

/** Which of the two clusters, or which host, docker talks to. */
async function activeWith(env: NodeJS.ProcessEnv, contexts: Record<string, string> = {}) {
  const { context, home, userHome } = await machine();
  for (const record of [demo, servers]) await home.cluster(record.spec.name).writeRecord(record);
  for (const [name, Host] of Object.entries(contexts)) {
    const id = createHash('sha256').update(name).digest('hex');
    const folder = path.join(userHome, '.docker/contexts/meta', id);
    await mkdir(folder, { recursive: true });
    const meta = { Name: name, Endpoints: { docker: { Host } } };
    await writeFile(path.join(folder, 'meta.json'), JSON.stringify(meta));
    const config = JSON.stringify({ currentContext: name });
    await writeFile(path.join(userHome, '.docker/config.json'), config);
  }
  const { subject, source } = await activeSubject({ ...context, env });
  return { name: subject.host?.name ?? subject.record.spec.name, source };
}

describe('activeSubject', () => {
  it.each([
    ['tcp://127.0.0.1:3376', 'demo'],
    ['tcp://127.0.0.1:3376/', 'demo'],
    ['https://localhost:3376', 'demo'],
    ['127.0.0.1:3376', 'demo'],
    // As its hosts reach it.
    ['tcp://10.117.0.2:3376', 'demo'],
    ['tcp://10.117.0.2:2376', 'demo-m'],
    [`tcp://127.0.0.1:${published}`, 'demo-1'],
    ['tcp://10.0.0.1:3376', 'web'],
    ['tcp://10.0.0.1', 'web-m'],
    ['ssh://somebody@server.example', 'web-m'],
    ['ssh://10.0.0.2:2222', 'web-1'],
    ['tcp://[FD00:0::3]:2376', 'web-2'],
  ])('takes %s for %s', async (url, name) => {
    expect(await activeWith({ DOCKER_HOST: url })).toEqual({ name, source: 'DOCKER_HOST' });
  });

  it('asks the contexts of docker when DOCKER_HOST is not set', async () => {
    const contexts = { mine: 'tcp://127.0.0.1:3376' };
    const source = 'docker context mine';
    expect(await activeWith({}, contexts)).toEqual({ name: 'demo', source });
    expect(await activeWith({ DOCKER_CONTEXT: 'mine' }, contexts)).toEqual({
      name: 'demo',
      source,
    });
    await expect(activeWith({ DOCKER_CONTEXT: 'default' }, contexts)).rejects.toThrow(
      'no active cluster: docker talks to unix:///var/run/docker.sock (the default socket)',
    );
  });

  it.each([
    'unix:///var/run/docker.sock',
    'tcp://127.0.0.1:3377',
    'tcp://127.0.0.2:3376',
    'ssh://10.0.0.2',
    'npipe:////./pipe/docker_engine',
    'no such://thing',
  ])('knows nothing of %s', async (url) => {
    await expect(activeWith({ DOCKER_HOST: url })).rejects.toMatchObject({
      code: 'NO_CLUSTER',
      exitCode: 1,
      message: `no active cluster: docker talks to ${url} (DOCKER_HOST)`,
    });
  });
});
