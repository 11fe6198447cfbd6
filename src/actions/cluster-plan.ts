import { isLocal, masterOf, type Host } from '../cluster/record.ts';
import type { Lane, Plan, Stage, Step } from '../plan/step.ts';
import { claimHost } from '../steps/claim-host.ts';
import { installEngine } from '../steps/install-engine.ts';
import { prepareEngine } from '../steps/prepare-engine.ts';
import { isSsh } from '../hosts/kind.ts';
import { awaitEngine } from '../steps/await-engine.ts';
import { awaitNodes } from '../steps/await-nodes.ts';
import { awaitReach } from '../steps/await-reach.ts';
import { awaitRegistration } from '../steps/await-registration.ts';
import { awaitStore } from '../steps/await-store.ts';
import { createService } from '../steps/create-service.ts';
import type { Service } from '../hosts/service.ts';
import { createNetwork } from '../steps/create-network.ts';
import { fetchNodeImage } from '../steps/fetch-node-image.ts';
import { loadImages } from '../steps/load-images.ts';
import { makeCertificates } from '../steps/make-certificates.ts';
import { putDiscoveryFiles } from '../steps/put-discovery-files.ts';
import { makeDockerContext } from '../steps/docker-context.ts';
import { dropService } from '../steps/drop-service.ts';
import { labelCluster } from '../steps/label-cluster.ts';
import { startHost } from '../steps/start-host.ts';
import { startService } from '../steps/start-service.ts';
import { takeBack } from '../steps/take-back.ts';
import type { World } from '../steps/world.ts';
import { forgetLeaving, writeRecord } from '../steps/write-record.ts';
import { AGENT, agentService, managerService } from '../swarm/services.ts';

/**
 * Everything a cluster consists of, in the order in which swarm must find it: an agent that
 * starts before the store answers costs 60 s, a node met before its engine answers 40 s.
 * `create` runs the plan, `destroy` takes it back.
 */
export function clusterPlan(world: World): Plan {
  const { discovery } = world;
  return [
    { title: 'Record', lanes: [{ title: 'this machine', steps: [writeRecord(world)] }] },
    ...leavingStage(world),
    {
      title: world.local ? 'Certificates, network and host image' : 'Certificates',
      lanes: [
        { title: 'certificates', steps: [makeCertificates(world)] },
        ...(world.local
          ? [
              { title: 'network', steps: [createNetwork(world), labelCluster(world)] },
              { title: 'image', steps: [fetchNodeImage(world)] },
            ]
          : []),
        // Taken back after the hosts, whose agents would write into it again.
        ...(discovery.existing ? [{ title: discovery.kind, steps: [awaitStore(world)] }] : []),
      ],
    },
    { title: 'Hosts', lanes: hostLanes(world) },
    ...(world.record.leaving.length > 0
      ? [
          {
            title: 'Record of the hosts that go',
            lanes: [{ title: 'this machine', steps: [forgetLeaving(world)] }],
          },
        ]
      : []),
  ];
}

/** Hosts that go do so first: until they have, the labels of the others still tell of them. */
function leavingStage(world: World): Stage[] {
  const lanes = world.record.leaving.map((host) => {
    const { ready, images, agent } = stepsOn(world, host);
    const steps = [...ready, ...images, agent.create];
    return { title: host.name, steps: [takeBack(host, steps)] };
  });
  return lanes.length > 0 ? [{ title: 'Hosts that go', lanes }] : [];
}

/** A lane per host, and beside them one each for the discovery, the manager and the docker CLI. */
function hostLanes(world: World): Lane[] {
  const { record, discovery } = world;
  const hosts = record.hosts.map((host) => ({ host, ...stepsOn(world, host) }));
  const nodes = hosts.filter(({ host }) => host.node);
  const master = stepsOn(world, masterOf(record));
  // From a host that is there already its neighbours can be tried at once.
  const there = isLocal(masterOf(record)) ? master.ready.slice(0, 1) : [];
  const store = storeSteps(world, master);
  const ready = store.at(-1);
  const listed = ready ? [ready] : [];
  const { service, healthy } = managerSteps(world);
  return [
    ...hosts.map(({ host, ready, images, reach, agent, registration }) => ({
      title: host.name,
      steps: [
        ...ready,
        ...images,
        ...(host.node ? [after(reach, ...there)] : []),
        ...(host.node && discovery.agents
          ? [agent.create, after(agent.start, ...listed), registration]
          : []),
        // A master that was a node before is none now.
        ...(host.node || !discovery.agents ? [] : [dropService(world, host, agent.create, AGENT)]),
      ],
    })),
    ...(store.length > 0 ? [{ title: discovery.kind, steps: store }] : []),
    {
      title: 'manager',
      steps: [
        after(service.create, ...master.images),
        after(
          service.start,
          ...[...listed, ...nodes.map(({ reach }) => reach)],
          ...(discovery.managerLast === true ? nodes.map(({ registration }) => registration) : []),
        ),
        after(healthy, ...(discovery.agents ? nodes.map(({ agent }) => agent.start) : [])),
      ],
    },
    // Nobody waits for it.
    { title: 'docker context', steps: [makeDockerContext(world)] },
  ];
}

function stepsOn(world: World, host: Host) {
  const { record, discovery, images } = world;
  const { node, swarm } = record.spec.images;
  const own = [node, swarm, ...(record.storeImage === null ? [] : [record.storeImage])];
  const wanted = [
    ...(host.master || discovery.agents ? [swarm] : []),
    ...(host.node ? images.extras(own) : []),
  ];
  return {
    ready: readySteps(world, host),
    images: wanted.length === 0 ? [] : [loadImages(world, host, 'images', wanted)],
    reach: awaitReach(world, host),
    agent: serviceSteps(world, host, agentService(record, host, discovery.wiring(record))),
    registration: awaitRegistration(world, host),
  };
}

/** What it takes until the engine of a host is one for the cluster. */
function readySteps(world: World, host: Host): Step[] {
  if (isLocal(host)) return [startHost(world, host), awaitEngine(world, host)];
  const claim = claimHost(world, host);
  // A host of another cluster is left alone before anything of it is changed.
  return isSsh(host)
    ? [installEngine(world, host), claim, prepareEngine(world, host), awaitEngine(world, host)]
    : [claim, awaitEngine(world, host)];
}

/** What must have happened, one after another, before anybody can be listed; nothing for a fixed list. */
function storeSteps(world: World, master: { ready: readonly Step[] }): Step[] {
  const { record, discovery } = world;
  const host = masterOf(record);
  const { deployed } = discovery;
  return [
    ...(discovery.files && isLocal(host)
      ? [after(putDiscoveryFiles(world), ...master.ready.slice(0, 1))]
      : []),
    ...(deployed && record.storeImage !== null
      ? [
          after(loadImages(world, host, 'store image', [record.storeImage]), ...master.ready),
          ...Object.values(serviceSteps(world, host, deployed.service(record))),
          awaitStore(world),
        ]
      : []),
  ];
}

function managerSteps(world: World) {
  const { record, discovery } = world;
  const service = managerService(record, discovery.wiring(record));
  return {
    service: serviceSteps(world, masterOf(record), service),
    healthy: awaitNodes(world),
  };
}

/** A container is made as soon as its image is there, and started when it is its turn. */
function serviceSteps(world: World, host: Host, service: Service) {
  return {
    create: createService(world, host, service),
    start: startService(world, host, service),
  };
}

function after(step: Step, ...others: readonly Step[]): Step {
  return { ...step, after: others.map(({ id }) => id) };
}
