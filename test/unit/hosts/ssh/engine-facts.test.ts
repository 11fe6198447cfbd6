import { expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { engineFacts } from '../../../../src/hosts/ssh/engine-facts.ts';

const TASK = { 'com.docker.swarm.task.id': 'x' };

/** Name, state, restart policy, `--rm` and labels of a container. */
type Row = readonly [string, string, string, boolean, Record<string, string> | null];

function engineWith(containers: readonly Row[], answers: { minApi?: string; live?: boolean } = {}) {
  const { minApi = '1.24', live = true } = answers;
  return {
    version: () =>
      Promise.resolve({
        Version: '28.5.2',
        ApiVersion: '1.51',
        MinAPIVersion: minApi || undefined,
      }),
    info: () =>
      Promise.resolve({
        ...{ ID: 'some', LiveRestoreEnabled: live, OSType: 'linux' },
        ...{ Architecture: 'aarch64', Driver: 'overlay2' },
      }),
    listContainers: () =>
      Promise.resolve(
        containers.map(([name, State, , , Labels]) => ({
          ...{ Id: name, Names: [`/${name}`], Image: 'x', Command: 'x', State, Labels },
        })),
      ),
    findContainer: (id: string) => {
      const row = containers.find(([name]) => name === id);
      if (!row || row[0] === 'gone') return Promise.resolve(undefined);
      if (row[0] === 'broken') return Promise.reject(new Error('500'));
      const [name, , policy, AutoRemove, Labels] = row;
      const HostConfig = { RestartPolicy: { Name: policy }, AutoRemove };
      return Promise.resolve({ Name: `/${name}`, HostConfig, Config: { Labels } });
    },
  } as unknown as Engine;
}

const { signal } = new AbortController();

it('an engine says what it is', async () => {
  expect((await engineFacts(engineWith([]), signal)).engine).toEqual({
    ...{ id: 'some', version: '28.5.2', api: '1.51', minApi: '1.24', liveRestore: true },
    ...{ os: 'linux', architecture: 'aarch64', driver: 'overlay2', swarm: [] },
  });
});

it('one that has no oldest version of its API speaks all of them', async () => {
  const { engine } = await engineFacts(engineWith([], { minApi: '', live: false }), signal);
  expect(engine).toMatchObject({ minApi: '1.12', liveRestore: false });
});

it('of what runs it is known what becomes of it when the engine is restarted', async () => {
  const { running } = await engineFacts(
    engineWith([
      ['a', 'running', 'no', false, null],
      ['b', 'paused', 'unless-stopped', false, {}],
      ['c', 'restarting', '', true, {}],
      ['d', 'running', '', false, TASK],
      ['e', 'exited', 'always', false, {}],
      ['gone', 'running', 'always', false, {}],
      ['broken', 'running', 'always', false, {}],
    ]),
    signal,
  );
  expect(running).toEqual([
    { name: 'a', restarts: false, temporary: false },
    { name: 'b', restarts: true, temporary: false },
    { name: 'c', restarts: false, temporary: true },
    { name: 'd', restarts: true, temporary: false },
  ]);
});

it('containers of a swarm are told from others', async () => {
  const engine = engineWith([
    ['swarm-agent', 'running', 'always', false, {}],
    ['web', 'running', 'no', false, {}],
  ]);
  const { swarm } = (await engineFacts(engine, signal)).engine;
  expect(swarm.map(({ name }) => name)).toEqual(['swarm-agent']);
});
