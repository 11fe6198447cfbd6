import type { Explanation } from './explanation.ts';

/** Every word that `status` has for a host or a cluster. */
export const states = {
  Healthy: {
    summary: 'the manager talks to the node and schedules on it',
    cause:
      'Also the verdict on a cluster all of whose nodes are so. A node that has a problem all the same ' +
      'fails just now (the manager flags it only after three misses), or its registration has ended.',
    cure: ['nothing, unless swarmctl status names a problem'],
  },
  Pending: {
    summary: 'the manager knows the node from the store, and has not got through to its engine yet',
    cause:
      'For a few seconds that is how every node begins. For longer, something is between manager and ' +
      'engine. Swarm itself does not say what; swarmctl status asks the engine as well, and does.',
    cure: [
      'swarmctl status   the reason of each node, which begins with one of these:',
      'the manager cannot connect   a port, a firewall, or an engine that is down, seen from the master: explain reach',
      'TLS name   the certificate of the engine is not valid for the address that is registered: explain tls',
      'TLS   the certificate is of another CA or has expired, or one side has no TLS: explain tls',
      'API window   engine and swarm have no version of the API in common: explain engine-version',
      'its engine was replaced   the same address with another engine ID: restart the manager',
      'not reached yet   all is well from here; the manager tries again 30 to 60 s after a failure',
      'swarmctl create   with its options again, puts right what swarmctl has made',
      'swarmctl logs --manager --tail 50   what the manager wrote',
    ],
  },
  Unhealthy: {
    summary: 'the node was Healthy, and the manager has lost it',
    cause:
      'Its engine did not answer three times in a row: it is down, overloaded or cut off. Nothing is ' +
      'scheduled there; its containers may well be running. The manager takes it back by itself as ' +
      'soon as it answers.',
    cure: [
      'swarmctl status   the reason: host stopped, engine down, connection',
      'swarmctl ssh HOST   then systemctl status docker, df -h, free -m',
      'swarmctl create   with its options again, starts what does not run',
    ],
  },
  Disconnected: {
    summary: 'the manager has removed the node and is letting go of it',
    cause: 'Its registration in the store has ended, most often since its agent does not run.',
    cure: [
      'swarmctl logs HOST --agent   why the agent does not register',
      'swarmctl explain Absent   what it becomes next',
    ],
  },
  Absent: {
    summary: 'the node belongs to the cluster, and the manager does not list it',
    cause:
      'The manager lists what the store lists. Either the agent of the node does not run or does not ' +
      'reach the store, the store does not answer the manager, or the manager has not read it again ' +
      'yet, which takes up to a minute with kinds that are asked from time to time.',
    cure: [
      'swarmctl status   says whether the store has it',
      'swarmctl logs HOST --agent   when the store has it not',
      'swarmctl logs --discovery   when the store does not answer',
      'swarmctl create   with its options again, starts an agent that does not run',
    ],
  },
  Unknown: {
    summary: 'nothing is known, since the one to be asked does not answer',
    cause:
      'Of a node: the manager does not answer, and only it says how nodes are. Of a cluster in ' +
      'swarmctl ls: its manager or its state could not be asked. Containers run on without a manager.',
    cure: [
      'swarmctl status   why the manager does not answer',
      'swarmctl logs --manager',
      'swarmctl create   with its options again, starts a manager that does not run',
    ],
  },
  Running: {
    summary: 'the engine of a master that is no node answers',
    cause:
      'Such a master has manager and store and gets no containers, so the manager does not list it.',
    cure: ['nothing; --schedule-on-master makes a master a node as well'],
  },
  Stopped: {
    summary: 'the engine of a master that is no node does not answer',
    cause: 'The host is down, its engine is, or the way there is cut. Manager and store are on it.',
    cure: [
      'swarmctl status   the reason',
      'swarmctl create   with its options again, starts what swarmctl has made',
      'start the server, or Docker on it',
    ],
  },
  degraded: {
    summary: 'the cluster works, and something of it is not as it should be',
    cause: 'A node is not Healthy, the store does not answer, or a certificate ends soon.',
    cure: ['swarmctl status   one line under Problems for each'],
  },
  down: {
    summary: 'the manager does not answer, or no node is Healthy: nothing can be scheduled',
    cause: 'The master is down or cut off, or what all nodes need (the store, the network) is.',
    cure: [
      'swarmctl status   begin with the first problem that is named',
      'swarmctl create   with its options again, starts what swarmctl has made',
    ],
  },
} as const satisfies Record<string, Explanation>;
