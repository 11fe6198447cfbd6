import { expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { EngineError } from '../../../../src/engine/engine-error.ts';
import { askEngine, runningOf } from '../../../../src/hosts/ssh/ask-engine.ts';

const TASK = { 'com.docker.swarm.task.id': 'x' };

/** Name, state, restart policy, `--rm` and labels of a container. */
type Row = readonly [string, string, string, boolean, Record<string, string> | null];

interface Answers {
  readonly minApi?: string;
  readonly live?: boolean;
  readonly findContainer?: (id: string) => Promise<unknown>;
}

function engineWith(containers: readonly Row[], answers: Answers = {}) {
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
    findContainer: (id: string): Promise<unknown> => {
      if (answers.findContainer) return answers.findContainer(id);
      const row = containers.find(([name]) => name === id);
      if (!row || row[0] === 'gone') return Promise.resolve(undefined);
      if (row[0] === 'broken')
        return Promise.reject(new EngineError({ statusCode: 500, json: { message: 'broken' } }));
      const [name, , policy, AutoRemove, Labels] = row;
      const HostConfig = { RestartPolicy: { Name: policy }, AutoRemove };
      return Promise.resolve({ Name: `/${name}`, HostConfig, Config: { Labels } });
    },
  } as unknown as Engine;
}

const { signal } = new AbortController();

it('an engine says what it is', async () => {
  expect((await askEngine(engineWith([]), signal)).engine).toEqual({
    ...{ id: 'some', version: '28.5.2', api: '1.51', minApi: '1.24', liveRestore: true },
    ...{ os: 'linux', architecture: 'aarch64', driver: 'overlay2', swarm: [] },
  });
});

it('one that has no oldest version of its API speaks all of them', async () => {
  const { engine } = await askEngine(engineWith([], { minApi: '', live: false }), signal);
  expect(engine).toMatchObject({ minApi: '1.12', liveRestore: false });
});

async function runningOn(engine: Engine, milliseconds = 10_000) {
  const { containers } = await askEngine(engine, signal);
  return runningOf(containers, engine, milliseconds, signal);
}

it('of what runs it is known what becomes of it when the engine is restarted', async () => {
  const engine = engineWith([
    ['a', 'running', 'no', false, null],
    ['b', 'paused', 'unless-stopped', false, {}],
    ['c', 'restarting', '', true, {}],
    ['d', 'running', '', false, TASK],
    ['e', 'exited', 'always', false, {}],
    ['gone', 'running', 'always', false, {}],
    ['broken', 'running', 'always', false, {}],
  ]);
  expect(await runningOn(engine)).toEqual([
    { name: 'a', restarts: false, temporary: false },
    { name: 'b', restarts: true, temporary: false },
    { name: 'c', restarts: false, temporary: true },
    { name: 'd', restarts: true, temporary: false },
    { name: 'broken', restarts: false, temporary: false },
  ]);
});

it('many that are slow to tell are named all the same, and no more are asked', async () => {
  const many = Array.from({ length: 40 }, (_, index): Row => [
    `c${index}`,
    'running',
    'always',
    false,
    {},
  ]);
  const asked: string[] = [];
  const slow = engineWith(many, {
    findContainer: (id) => {
      asked.push(id);
      return asked.length <= 6
        ? engineWith(many).findContainer(id, signal)
        : new Promise<never>(() => undefined);
    },
  });
  const running = await runningOn(slow, 50);
  expect(running).toHaveLength(40);
  expect(running.filter(({ restarts }) => restarts)).toHaveLength(6);
  expect(asked).toHaveLength(12);
});

it('a connection that is lost meanwhile is told', async () => {
  const engine = engineWith([['a', 'running', 'no', false, null]], {
    findContainer: () => Promise.reject(new EngineError(new Error('socket hang up'))),
  });
  await expect(runningOn(engine)).rejects.toThrow('socket hang up');
});

it('containers of a swarm are told from others', async () => {
  const engine = engineWith([
    ['swarm-agent', 'running', 'always', false, {}],
    ['web', 'running', 'no', false, {}],
  ]);
  const { swarm } = (await askEngine(engine, signal)).engine;
  expect(swarm.map(({ name }) => name)).toEqual(['swarm-agent']);
});
