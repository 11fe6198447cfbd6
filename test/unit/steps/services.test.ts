import { describe, expect, it } from 'vitest';
import { ClusterAccess } from '../../../src/hosts/access.ts';
import { serviceOptions, type Service } from '../../../src/hosts/service.ts';
import type { Step } from '../../../src/plan/step.ts';
import { createService } from '../../../src/steps/create-service.ts';
import { startHost } from '../../../src/steps/start-host.ts';
import { startService } from '../../../src/steps/start-service.ts';
import { calm, hostOf } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { quiet, worldOf } from '../support/world.ts';

const CONFIG = 'io.swarmctl.config';

const agent: Service = {
  name: 'swarm-agent',
  image: 'swarm:1.2.9',
  command: ['join', 'etcd://10.117.0.2:2379/demo'],
  credentials: ['discovery'],
};
const changed: Service = { ...agent, command: ['join', 'etcd://10.117.0.2:2379/other'] };

const labelsOf = (service: Service) => serviceOptions(service, 'demo').Labels ?? {};

interface Container {
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined of one that was made and never ran. */
  readonly state?: { readonly Running: boolean; readonly Restarting?: boolean };
}

/** A host whose engine holds at most one container, as `swarm-agent`, and the two steps there. */
async function hostWith(container?: Container, service = agent) {
  let held = container;
  const at = '/containers/swarm-agent';
  const gone = { status: 404, json: { message: 'no such container' } };
  const routes: Routes = {
    [`GET ${at}/json`]: () => {
      const { labels, state } = held ?? {};
      const facts = { Id: '1', Config: { Labels: labels }, State: state ?? { Running: false } };
      return held ? { json: facts } : gone;
    },
    [`DELETE ${at}`]: () => {
      const answer = held ? { status: 204, body: '' } : gone;
      held = undefined;
      return answer;
    },
    'POST /containers/create': ({ body, query }) => {
      if (held) return { status: 409, json: { message: 'the name is in use' } };
      expect(query.get('name')).toBe('swarm-agent');
      held = { labels: (JSON.parse(body.toString()) as { Labels: Container['labels'] }).Labels };
      return { status: 201, json: { Id: '1' } };
    },
    [`POST ${at}/start`]: () => {
      if (!held) return gone;
      held = { ...held, state: { Running: true } };
      return { status: 204, body: '' };
    },
  };
  const { world, record, outer } = await worldOf({}, routes);
  const host = hostOf(record, 'demo-1');
  const noKeys = () => Promise.reject(new Error('asked for credentials'));
  const access = new (class extends ClusterAccess {
    override engine() {
      return Promise.resolve(outer.engine);
    }
  })(record, world.servers, { cluster: noKeys, engine: noKeys }, false);
  const here = { ...world, access };
  return {
    create: createService(here, host, service),
    start: startService(here, host, service),
    hostStep: startHost(here, host),
    held: () => held,
    changes: () => outer.paths().filter((each) => !each.startsWith('GET ')),
  };
}

/** What a plan does with a step; whether it had anything to do. */
async function take(step: Step): Promise<boolean> {
  if (await step.isDone?.(calm)) return false;
  await step.run(quiet);
  return true;
}

describe('making a container', () => {
  it('makes it with its options and does not start it', async () => {
    const { create, held, changes } = await hostWith();
    expect(await take(create)).toBe(true);
    expect(held()).toEqual({ labels: labelsOf(agent) });
    expect(changes().join()).not.toContain('/start');
    expect(await take(create)).toBe(false);
  });

  it.each([
    ['never ran', undefined],
    ['runs', { Running: true }],
    ['has ended', { Running: false }],
    ['is started again and again', { Running: true, Restarting: true }],
  ])('is done when one of the same options %s', async (_, state) => {
    const { create, changes } = await hostWith({
      labels: labelsOf(agent),
      ...(state && { state }),
    });
    expect(await take(create)).toBe(false);
    expect(changes()).toEqual([]);
  });

  it.each([
    ['other options', labelsOf(changed)],
    ['options that nobody knows any more', { 'io.swarmctl.cluster': 'demo' }],
    ['an older fingerprint', { ...labelsOf(agent), [CONFIG]: '0123456789ab' }],
  ])('replaces one made from %s, though it runs', async (_, labels) => {
    const { create, start, held, changes } = await hostWith({ labels, state: { Running: true } });
    expect(await take(create)).toBe(true);
    expect(held()).toEqual({ labels: labelsOf(agent) });
    expect(changes()).toEqual(['DELETE /containers/swarm-agent', 'POST /containers/create']);
    // The new one has yet to be started.
    expect(await take(start)).toBe(true);
    expect(held()?.state).toEqual({ Running: true });
  });

  it('tells services apart by whatever they are made from', () => {
    const variants: Service[] = [
      agent,
      changed,
      { ...agent, image: 'swarm:1.2.8' },
      { ...agent, entrypoint: ['/swarm'] },
      { ...agent, credentials: [] },
      { ...agent, environment: { DEBUG: '1' } },
      { ...agent, mounts: ['/etc/x'] },
      { ...agent, volume: { name: 'v', path: '/data' } },
    ];
    expect(new Set(variants.map((each) => labelsOf(each)[CONFIG])).size).toBe(variants.length);
  });

  it('goes with its host, and can be taken back alone, also when it is gone', async () => {
    const { create, hostStep, held } = await hostWith({ labels: labelsOf(agent) });
    expect(create).toMatchObject({
      id: 'swarm-agent demo-1 created',
      host: 'demo-1',
      within: hostStep.id,
    });
    await create.undo?.(calm);
    expect(held()).toBeUndefined();
    await create.undo?.(calm);
  });
});

describe('starting a container', () => {
  it.each([
    ['was only made', undefined],
    ['has ended', { Running: false }],
  ])('starts one that %s, as it is', async (_, state) => {
    const { start, held, changes } = await hostWith({
      labels: labelsOf(agent),
      ...(state && { state }),
    });
    expect(await take(start)).toBe(true);
    expect(held()?.state).toEqual({ Running: true });
    expect(changes()).toEqual(['POST /containers/swarm-agent/start']);
    expect(await take(start)).toBe(false);
  });

  it('is done when it runs, and not when it is between two attempts', async () => {
    const labels = labelsOf(agent);
    const running = await hostWith({ labels, state: { Running: true } });
    expect(await running.start.isDone?.(calm)).toBe(true);
    const failing = await hostWith({ labels, state: { Running: true, Restarting: true } });
    expect(await failing.start.isDone?.(calm)).toBe(false);
  });

  it('fails where none was made', async () => {
    const { start } = await hostWith();
    await expect(take(start)).rejects.toThrow('no such container');
  });

  it('goes with its host, and has a name of its own', async () => {
    const { create, start, hostStep } = await hostWith();
    expect(start).toMatchObject({ id: 'swarm-agent demo-1', within: hostStep.id });
    expect(start.id).not.toBe(create.id);
    // Nothing is left of it when the container is gone.
    expect(start.undo).toBeUndefined();
  });
});
