import { describe, expect, it } from 'vitest';
import { clusterPlan } from '../../../src/actions/cluster-plan.ts';
import { stepsOf, type Plan, type Stage, type Step } from '../../../src/plan/step.ts';
import { remote, type SpecChanges } from '../support/cluster.ts';
import { worldOf } from '../support/world.ts';

const GIVEN = { ca: 'CA', cert: 'CERT', key: 'KEY' };
const DEPLOYED = ['etcd', 'zk', 'token'];
const EXISTING = [
  'etcd://10.0.0.5:2379/team',
  'zk://10.0.0.5:2181',
  'consul://10.0.0.5:8500',
  'token://10.0.0.5:3380/v1',
];
const LISTS = ['nodes', 'file'];
const EVERY = [...DEPLOYED, ...EXISTING, ...LISTS];

/** Each kind, with and without a master that is a node. */
const CASES = EVERY.flatMap((discovery) =>
  [false, true].map((scheduleOnMaster) => ({ discovery, scheduleOnMaster })),
);

/** The plan, with these images in the person's archives. */
async function planOf(changes: SpecChanges, archived: readonly string[] = []) {
  const archive = { file: '/nonexistent/images.tar', images: archived };
  const { world, record } = await worldOf(changes, {}, archived.length === 0 ? [] : [archive]);
  const plan = clusterPlan(world);
  const nodes = record.hosts.filter(({ node }) => node).map(({ name }) => name);
  return { plan, record, nodes, order: orderOf(plan) };
}

const ids = (plan: Plan) => stepsOf(plan).map(({ id }) => id);

function stageWith(plan: Plan, id: string): Stage {
  const stage = plan.find((each) => idsIn(each).includes(id));
  if (!stage) throw new Error(`no stage has the step ${id}`);
  return stage;
}

const idsIn = ({ lanes }: Stage) => lanes.flatMap(({ steps }) => steps.map(({ id }) => id));

/**
 * For every step those that must have ended before it begins: earlier ones of its lane, those it
 * names, all of earlier stages, and what comes before them. Fails on a circle.
 */
function orderOf(plan: Plan) {
  const direct = new Map<string, string[]>();
  const earlier: string[] = [];
  for (const stage of plan) {
    for (const { steps } of stage.lanes) {
      steps.forEach((step, index) => {
        const previous = steps[index - 1];
        direct.set(step.id, [
          ...earlier,
          ...(previous ? [previous.id] : []),
          ...(step.after ?? []),
        ]);
      });
    }
    earlier.push(...idsIn(stage));
  }
  const known = new Map<string, ReadonlySet<string>>();
  const before = (id: string, path: readonly string[] = []): ReadonlySet<string> => {
    if (path.includes(id)) throw new Error(`a circle: ${[...path, id].join(' -> ')}`);
    const done = known.get(id);
    if (done) return done;
    const all = new Set<string>();
    for (const other of direct.get(id) ?? []) {
      all.add(other);
      for (const each of before(other, [...path, id])) all.add(each);
    }
    known.set(id, all);
    return all;
  };
  return (id: string): ReadonlySet<string> => {
    if (!direct.has(id)) throw new Error(`no step ${id} in ${[...direct.keys()].join(', ')}`);
    return before(id);
  };
}

describe.each(CASES)('the plan with $discovery (master a node: $scheduleOnMaster)', (spec) => {
  it('has steps with IDs of their own, the same in every process', async () => {
    const { plan } = await planOf(spec);
    expect(new Set(ids(plan)).size).toBe(ids(plan).length);
    expect(ids((await planOf(spec)).plan)).toEqual(ids(plan));
  });

  it('can be run: whatever a step waits for is in its own stage, in another lane, and no circle', async () => {
    const { plan, order } = await planOf(spec);
    for (const stage of plan) {
      for (const { steps } of stage.lanes) {
        const lane = new Set(steps.map(({ id }) => id));
        for (const step of steps) {
          for (const other of step.after ?? []) {
            expect(idsIn(stage), `${step.id} after ${other}`).toContain(other);
            if (lane.has(other)) {
              // Of its own lane only what comes before it anyway.
              const at = (id: string) => steps.findIndex((each) => each.id === id);
              expect(at(other), `${step.id} after ${other}`).toBeLessThan(at(step.id));
            }
          }
          expect(order(step.id)).not.toContain(step.id);
        }
      }
    }
  });

  it('meets a node only when its engine was reached from the master', async () => {
    const { plan, nodes, order } = await planOf(spec);
    for (const node of nodes) {
      expect(order('swarm-manager demo-m')).toContain(`reach ${node}`);
      const reached = order(`reach ${node}`);
      expect(reached).toContain(`engine ${node}`);
      // That is where it is asked from.
      expect(reached).toContain('host demo-m');
    }
    expect(ids(plan)).not.toContain('reach demo-3');
    if (!spec.scheduleOnMaster) expect(ids(plan)).not.toContain('reach demo-m');
  });

  it('starts nothing on a host before its engine answers and its image is there', async () => {
    const { plan, order } = await planOf(spec);
    const services = stepsOf(plan).filter(({ id }) => /^swarm-(agent|manager) /.test(id));
    expect(services.length).toBeGreaterThanOrEqual(2);
    for (const { id } of services) {
      const host = id.split(' ')[1] ?? '';
      expect(order(id)).toContain(`engine ${host}`);
      expect(order(id)).toContain(`images ${host}`);
      expect(order(`images ${host}`)).toContain(`engine ${host}`);
    }
  });

  it('makes each container before it starts it, and starts each that it makes', async () => {
    const { plan, order } = await planOf(spec);
    const made = ids(plan).filter((id) => id.endsWith(' created'));
    expect(made).toContain('swarm-manager demo-m created');
    for (const id of made) expect(order(id.replace(/ created$/, ''))).toContain(id);
    const started = stepsOf(plan).filter(({ title }) => title.startsWith('start '));
    expect(started.map(({ id }) => id).filter((id) => !id.startsWith('host '))).toEqual(
      made.map((id) => id.replace(/ created$/, '')),
    );
  });

  it('makes containers as soon as their image is there: no node, no store, no list is waited for', async () => {
    const { plan, record, order } = await planOf(spec);
    const elsewhere = (host: string) => record.hosts.filter(({ name }) => name !== host);
    for (const id of ids(plan).filter((each) => /^swarm-(agent|manager) .* created$/.test(each))) {
      const host = id.split(' ')[1] ?? '';
      const before = [...order(id)];
      for (const { name } of elsewhere(host)) {
        // Of the master an agent awaits that it is there: it is asked from where it is.
        const allowed = id.startsWith('swarm-agent') ? ['host demo-m'] : [];
        expect(before.filter((other) => other.endsWith(` ${name}`))).toEqual(
          name === 'demo-m' ? allowed : [],
        );
      }
      expect(before.join()).not.toMatch(/registered|swarm-token|etcd |zookeeper |discovery files/);
    }
  });

  it('makes hosts when record, certificates, network and their image are there', async () => {
    const { record, order } = await planOf(spec);
    for (const { name } of record.hosts) {
      expect([...order(`host ${name}`)]).toEqual(
        expect.arrayContaining(['record', 'certificates', 'network', 'node image']),
      );
    }
  });

  it('ends with the word of the manager', async () => {
    const { plan, nodes, order } = await planOf(spec);
    expect(order('nodes healthy')).toContain('swarm-manager demo-m');
    for (const node of nodes) {
      if (ids(plan).includes(`swarm-agent ${node}`)) {
        expect(order('nodes healthy')).toContain(`swarm-agent ${node}`);
      }
    }
  });

  it('takes back what it makes: by itself, or within something that is', async () => {
    const { plan } = await planOf(spec);
    const steps = new Map(stepsOf(plan).map((step) => [step.id, step]));
    const goes = (step: Step | undefined): boolean =>
      step !== undefined &&
      (step.undo !== undefined || (step.within !== undefined && goes(steps.get(step.within))));
    // The image of the hosts stays: it may serve others.
    for (const step of steps.values()) {
      if (step.isDone && step.id !== 'node image') expect(goes(step), step.id).toBe(true);
    }
  });

  it('swarms in the lanes of hosts: each step of one is about it', async () => {
    const { plan, record } = await planOf(spec);
    for (const { name } of record.hosts) {
      const lane = plan.flatMap(({ lanes }) => lanes).find(({ title }) => title === name);
      expect(lane?.steps.every(({ host }) => host === name)).toBe(true);
    }
  });
});

describe.each(DEPLOYED)('with a %s of our own', (discovery) => {
  it('starts agents and manager when the store answers', async () => {
    const { nodes, order } = await planOf({ discovery });
    for (const node of nodes) expect(order(`swarm-agent ${node}`)).toContain('store answers');
    expect(order('swarm-manager demo-m')).toContain('store answers');
  });

  it('runs the store when its image and its files are there', async () => {
    const { plan, order } = await planOf({ discovery });
    const service = { etcd: 'etcd', zk: 'zookeeper', token: 'swarm-token' }[discovery] ?? '';
    const before = order(`${service} demo-m`);
    expect(before).toContain('store image demo-m');
    expect(before).toContain('engine demo-m');
    expect(before.has('discovery files demo-m')).toBe(discovery !== 'etcd');
    expect(order('store answers')).toContain(`${service} demo-m`);
    // Nobody waits for the slowest node before the store may start.
    expect(before).not.toContain('engine demo-1');
    expect(before).not.toContain('images demo-m');
    const made = order(`${service} demo-m created`);
    expect(made).toContain('store image demo-m');
    expect(made).not.toContain('images demo-m');
    // It goes with its host: nothing is to be deleted in it.
    expect(stepsOf(plan).find(({ id }) => id === 'store answers')?.undo).toBeUndefined();
  });

  it('waits for the entry of each node', async () => {
    const { nodes, order } = await planOf({ discovery });
    for (const node of nodes) {
      expect(order(`registered ${node}`)).toContain(`swarm-agent ${node}`);
    }
  });
});

describe.each(EXISTING)('with the store that exists at %s', (discovery) => {
  const spec: SpecChanges = { discovery, discoveryTls: discovery.startsWith('zk') ? null : GIVEN };

  it('asks it before the first host is made', async () => {
    const { plan, record, order } = await planOf(spec);
    for (const { name } of record.hosts) expect(order(`host ${name}`)).toContain('store answers');
    expect(plan.indexOf(stageWith(plan, 'store answers'))).toBeLessThan(
      plan.indexOf(stageWith(plan, 'host demo-m')),
    );
  });

  it('removes what it has in it after the hosts, whose agents would write it again', async () => {
    const { plan } = await planOf(spec);
    const step = stepsOf(plan).find(({ id }) => id === 'store answers');
    expect(step?.undo).toBeDefined();
    expect(step?.within).toBeUndefined();
    // Stages are taken back from the last to the first.
    expect(plan.indexOf(stageWith(plan, 'store answers'))).toBeLessThan(
      plan.indexOf(stageWith(plan, 'host demo-1')),
    );
    // And before the record, with which the way to the store would be forgotten.
    expect(plan.indexOf(stageWith(plan, 'store answers'))).toBeGreaterThan(
      plan.indexOf(stageWith(plan, 'record')),
    );
  });

  it('runs none', async () => {
    const { plan } = await planOf(spec);
    expect(ids(plan).join()).not.toMatch(/store image|zookeeper |etcd |swarm-token /);
    expect(ids(plan).filter((id) => id === 'store answers')).toHaveLength(1);
  });

  it('has an agent on each node', async () => {
    const { plan, nodes } = await planOf({ ...spec, scheduleOnMaster: true });
    const agents = ids(plan).filter((id) => id.startsWith('swarm-agent '));
    expect(agents).toEqual(
      nodes.flatMap((node) => [`swarm-agent ${node} created`, `swarm-agent ${node}`]),
    );
  });
});

describe('a manager', () => {
  // The watch of ZooKeeper can miss for ever what is registered between its first list and its watch.
  it.each([...DEPLOYED, ...EXISTING].filter((each) => /^(token|zk)/.test(each)))(
    'with %s starts when every node is listed there',
    async (discovery) => {
      for (const scheduleOnMaster of [false, true]) {
        const { nodes, order } = await planOf({ discovery, scheduleOnMaster });
        const before = order('swarm-manager demo-m');
        expect(nodes).toHaveLength(scheduleOnMaster ? 3 : 2);
        for (const node of nodes) {
          expect(before).toContain(`registered ${node}`);
          expect(order(`registered ${node}`)).toContain(`swarm-agent ${node}`);
        }
      }
    },
  );
});

describe('a manager that watches', () => {
  it.each([...DEPLOYED, ...EXISTING].filter((each) => !/^(token|zk)/.test(each)))(
    'with %s starts beside the agents, and all of them before it is asked for nodes',
    async (discovery) => {
      const { nodes, order } = await planOf({ discovery });
      for (const node of nodes) {
        expect(order('swarm-manager demo-m')).not.toContain(`registered ${node}`);
        expect(order('nodes healthy')).toContain(`swarm-agent ${node}`);
      }
    },
  );
});

describe("the person's own images", () => {
  const NODE = 'docker:28.5.2-dind';
  const SWARM = 'swarm:1.2.9';
  const loads = (plan: Plan) => ids(plan).filter((id) => id.startsWith('images '));

  it.each(LISTS)('are all that nodes load with the list of %s', async (discovery) => {
    const onNodes = async (...archived: string[]) =>
      loads((await planOf({ discovery }, archived)).plan);
    expect(await onNodes()).toEqual(['images demo-m']);
    expect(await onNodes(NODE, SWARM)).toEqual(['images demo-m']);
    const all = ['images demo-m', 'images demo-1', 'images demo-2'];
    expect(await onNodes(SWARM, 'app:1')).toEqual(all);
    expect(await onNodes('app:1')).toEqual(all);
  });

  it('are there before the manager may place anything', async () => {
    for (const discovery of EVERY) {
      const { nodes, order } = await planOf({ discovery }, ['app:1']);
      for (const node of nodes) expect(order('nodes healthy')).toContain(`images ${node}`);
    }
  });

  it.each(DEPLOYED)('do not make hosts with %s load another time', async (discovery) => {
    expect(loads((await planOf({ discovery }, ['app:1'])).plan)).toEqual(
      loads((await planOf({ discovery })).plan),
    );
  });
});

describe.each(LISTS)('with the list of %s', (discovery) => {
  it('has no agents, no store, and no image of swarm on nodes that run nothing of it', async () => {
    const { plan } = await planOf({ discovery });
    expect(ids(plan).join()).not.toMatch(/swarm-agent|registered|store/);
    expect(ids(plan)).toContain('images demo-m');
    expect(ids(plan)).not.toContain('images demo-1');
  });

  it('starts the manager when the list is where it reads it', async () => {
    const { plan, order } = await planOf({ discovery });
    const has = ids(plan).includes('discovery files demo-m');
    expect(has).toBe(discovery === 'file');
    if (has) {
      expect(order('swarm-manager demo-m')).toContain('discovery files demo-m');
      expect(order('discovery files demo-m')).toContain('host demo-m');
    }
  });
});

it('a hundred nodes make a plan without a name twice', async () => {
  const { plan, order } = await planOf({ discovery: 'etcd', nodes: 100 });
  expect(new Set(ids(plan)).size).toBe(ids(plan).length);
  expect(order('nodes healthy').size).toBeGreaterThan(500);
});

describe('the plan for hosts that were there before', () => {
  const changes = {
    hosts: [remote('ssh://root@a', true), remote('ssh://root@b'), remote('tcp://10.0.0.7:2376')],
  };

  it('claims a host before anything of it is changed, and fills it when its engine answers', async () => {
    const { order } = await planOf(changes);
    for (const host of ['demo-m', 'demo-1']) {
      expect(order(`engine prepared ${host}`)).toContain(`claim ${host}`);
      expect(order(`claim ${host}`)).toContain(`engine installed ${host}`);
      expect(order(`images ${host}`)).toContain(`engine prepared ${host}`);
    }
    expect(order('images demo-2')).toContain('claim demo-2');
  });

  it('prepares servers alone', async () => {
    const { plan } = await planOf(changes);
    expect(ids(plan)).not.toContain('engine prepared demo-2');
    expect(ids(plan)).not.toContain('network');
  });

  it('can be taken back step by step: nothing goes with its host', async () => {
    const { plan } = await planOf(changes);
    const steps = stepsOf(plan);
    expect(steps.filter(({ within }) => within?.startsWith('host '))).toEqual([]);
    for (const id of [
      'swarm-agent demo-2 created',
      'etcd demo-m created',
      'images demo-1',
      'claim demo-2',
    ]) {
      expect(steps.find((step) => step.id === id)?.undo, id).toBeDefined();
    }
  });
});
