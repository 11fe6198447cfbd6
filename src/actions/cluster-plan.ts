import { masterOf, nodesOf } from '../cluster/record.ts';
import type { Plan } from '../plan/step.ts';
import { awaitEngine } from '../steps/await-engine.ts';
import { awaitNodes } from '../steps/await-nodes.ts';
import { awaitReach } from '../steps/await-reach.ts';
import { awaitRegistration } from '../steps/await-registration.ts';
import { awaitStore } from '../steps/await-store.ts';
import { createNetwork } from '../steps/create-network.ts';
import { fetchNodeImage } from '../steps/fetch-node-image.ts';
import { loadImages } from '../steps/load-images.ts';
import { makeCertificates } from '../steps/make-certificates.ts';
import { startHost } from '../steps/start-host.ts';
import { startService } from '../steps/start-service.ts';
import type { World } from '../steps/world.ts';
import { writeRecord } from '../steps/write-record.ts';
import { agentService, managerService } from '../swarm/services.ts';

/**
 * Everything a cluster consists of, in the order in which swarm must find it: an agent that
 * starts before the store answers costs 60 s, a node met before its engine answers 40 s.
 * `create` runs the plan, `destroy` takes it back.
 */
export function clusterPlan(world: World): Plan {
  const { record, discovery } = world;
  const master = masterOf(record);
  const wiring = discovery.wiring(record);
  return [
    {
      title: 'Certificates',
      lanes: [{ title: 'this machine', steps: [writeRecord(world), makeCertificates(world)] }],
    },
    {
      title: 'Network and host image',
      lanes: [
        { title: 'network', steps: [createNetwork(world)] },
        { title: 'image', steps: [fetchNodeImage(world)] },
      ],
    },
    {
      title: 'Hosts',
      lanes: record.hosts.map((host) => ({
        title: host.name,
        steps: [
          startHost(world, host),
          awaitEngine(world, host),
          loadImages(world, host),
          ...(host.master
            ? [startService(world, host, discovery.service(record)), awaitStore(world)]
            : []),
        ],
      })),
    },
    {
      title: 'Nodes',
      lanes: nodesOf(record).map((host) => ({
        title: host.name,
        steps: [
          awaitReach(world, host),
          startService(world, host, agentService(record, host, wiring)),
          awaitRegistration(world, host),
        ],
      })),
    },
    {
      title: 'Manager',
      lanes: [
        {
          title: master.name,
          steps: [startService(world, master, managerService(record, wiring)), awaitNodes(world)],
        },
      ],
    },
  ];
}
