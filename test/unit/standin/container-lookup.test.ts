import { expect, it } from 'vitest';
import { findContainer } from '../../standin/cluster/lookup.ts';
import type { Container } from '../../standin/engine/container.ts';

function container(id: string, engineName: string, name: string, swarmId: string): Container {
  return {
    id,
    engine: { id: `${engineName}-id`, name: engineName },
    summary: { Names: [`/${name}`] },
    info: { Config: { Labels: { 'com.docker.swarm.id': swarmId } } },
  } as unknown as Container;
}

const web = container('aa11223344556677', 'node1', 'web', 'ee99887766554433');
const twin = container('ab11223344556677', 'node2', 'twin', 'ef99887766554433');
const other = container('ac11223344556677', 'node1', 'twin', '');
const all = [web, twin, other];

it.each([
  'aa11223344556677',
  'aa1122334455',
  'ee9988776655',
  'web',
  '/web',
  'node1/web',
  'node1-id/web',
  'aa',
  'ee',
])('finds a container as %s', (name) => expect(findContainer(all, name)).toBe(web));

it('answers nothing rather than guess', () => {
  expect(findContainer(all, 'twin')).toBeUndefined();
  expect(findContainer(all, 'node2/twin')).toBe(twin);
  expect(findContainer(all, 'a')).toBeUndefined();
  expect(findContainer(all, '')).toBeUndefined();
});
