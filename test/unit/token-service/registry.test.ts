import { expect, it } from 'vitest';
import { Registry } from '../../../src/token-service/registry.ts';
import { OTHER, TOKEN, manualClock } from './support.ts';

function filled() {
  const clock = manualClock();
  const registry = new Registry(clock.now);
  registry.apply({ op: 'create', token: TOKEN });
  registry.apply({ op: 'register', token: TOKEN, address: 'b:1', ttl: 10 });
  registry.apply({ op: 'register', token: TOKEN, address: 'a:1', ttl: 20 });
  return { clock, registry };
}

const never = () => false;

it('lists what has not expired, sorted', () => {
  const { clock, registry } = filled();
  expect(registry.list(TOKEN)).toEqual(['a:1', 'b:1']);
  clock.advance(9999);
  expect(registry.list(TOKEN)).toEqual(['a:1', 'b:1']);
  clock.advance(1);
  expect(registry.list(TOKEN)).toEqual(['a:1']);
  expect(registry.list(OTHER)).toBeUndefined();
});

it('extends a node by its own TTL', () => {
  const { clock, registry } = filled();
  clock.advance(9999);
  expect(registry.touch(TOKEN, 'b:1')).toBe(10);
  clock.advance(9999);
  expect(registry.list(TOKEN)).toContain('b:1');
  expect(registry.touch(TOKEN, 'c:1')).toBeUndefined();
  expect(registry.touch(OTHER, 'b:1')).toBeUndefined();
});

it('collects what expired, once, and keeps what it is told to', () => {
  const { clock, registry } = filled();
  clock.advance(10_000);
  expect(registry.collect(() => true)).toEqual([]);
  expect(registry.collect(never)).toEqual([{ op: 'expire', token: TOKEN, address: 'b:1' }]);
  expect(registry.collect(never)).toEqual([]);
  expect(registry.entryCount).toBe(1);
});

it('counts clusters and nodes', () => {
  const { registry } = filled();
  registry.apply({ op: 'register', token: TOKEN, address: 'a:1', ttl: 5 });
  expect([registry.clusterCount, registry.entryCount, registry.countOf(TOKEN)]).toEqual([1, 2, 2]);
  registry.apply({ op: 'expire', token: TOKEN, address: 'a:1' });
  registry.apply({ op: 'expire', token: TOKEN, address: 'a:1' });
  expect(registry.entryCount).toBe(1);
  registry.apply({ op: 'delete', token: TOKEN });
  expect([registry.clusterCount, registry.entryCount, registry.countOf(TOKEN)]).toEqual([0, 0, 0]);
});

it('says whether a change met a cluster', () => {
  const { registry } = filled();
  expect(registry.apply({ op: 'create', token: TOKEN })).toBe(false);
  expect(registry.list(TOKEN)).toHaveLength(2);
  expect(registry.apply({ op: 'register', token: OTHER, address: 'a:1', ttl: 1 })).toBe(false);
  expect(registry.apply({ op: 'delete', token: TOKEN })).toBe(true);
  expect(registry.apply({ op: 'delete', token: TOKEN })).toBe(false);
});

it('gives every node its whole TTL when it is restored', () => {
  const { clock, registry } = filled();
  clock.advance(9000);
  const snapshot = registry.snapshot();
  expect(snapshot).toEqual({ [TOKEN]: { 'b:1': 10, 'a:1': 20 } });
  const restored = new Registry(clock.now);
  restored.restore(snapshot);
  clock.advance(9999);
  expect(restored.list(TOKEN)).toEqual(['a:1', 'b:1']);
});
