import { expect, it } from 'vitest';
import { findSubject } from '../../../src/actions/find-subject.ts';
import { hostAddresses } from '../../../src/actions/host-addresses.ts';
import { recordOf, remote } from '../support/cluster.ts';
import { machine } from './support.ts';

const web = recordOf({
  name: 'web',
  hosts: [remote('ssh://root@server.example', true), remote('tcp://engine.example:2376')],
});

async function withClusters() {
  const { context, home } = await machine();
  await home.cluster('demo').writeRecord(recordOf());
  await home.cluster('web').writeRecord(web);
  return context;
}

it('takes a word for a cluster or a host', async () => {
  const context = await withClusters();
  expect(await findSubject('demo', context)).toEqual({ record: recordOf(), host: undefined });
  expect((await findSubject('web-1', context)).host?.url).toBe('tcp://engine.example:2376');
});

it('says what to do with one that is neither', async () => {
  const context = await withClusters();
  await expect(findSubject('nosuch', context)).rejects.toMatchObject({
    code: 'NO_CLUSTER',
    exitCode: 1,
    message: 'there is no cluster and no host nosuch',
    suggestions: [
      'swarmctl ls',
      'point DOCKER_HOST at the engine that holds its hosts',
      'swarmctl create nosuch --discovery etcd --nodes 3',
    ],
  });
  await expect(findSubject('demo-11', context)).rejects.toThrow('; did you mean demo-1?');
});

it('has addresses in the order of the names, the master’s for a cluster', async () => {
  const context = await withClusters();
  expect(await hostAddresses(['web-1', 'demo', 'demo-1', 'web'], context)).toEqual([
    { name: 'web-1', address: '10.0.0.2' },
    { name: 'demo', address: '10.117.0.2' },
    { name: 'demo-1', address: '10.117.0.3' },
    { name: 'web', address: '10.0.0.1' },
  ]);
  await expect(hostAddresses([], context)).rejects.toMatchObject({ code: 'SEVERAL_CLUSTERS' });
  await expect(hostAddresses(['demo', 'nosuch'], context)).rejects.toThrow('no host nosuch');
});
