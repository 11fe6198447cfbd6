import { expect, it } from 'vitest';
import { clusterAddresses, withoutProxy } from '../../../src/actions/no-proxy.ts';
import { recordOf } from '../support/cluster.ts';

it('has every address of a cluster once, the master’s first', () => {
  const [first, second] = clusterAddresses(recordOf());
  expect([first, second]).toEqual(['127.0.0.1', '10.117.0.2']);
  expect(clusterAddresses(recordOf())).toHaveLength(4);
});

const added = (before: Record<string, string | null>, ...addresses: string[]) =>
  withoutProxy(before, addresses.length === 0 ? ['10.0.0.1', 'fd00::1'] : addresses);

it('makes a list in NO_PROXY where there is none', () => {
  expect(added({})).toEqual({ NO_PROXY: '10.0.0.1,fd00::1' });
  expect(added({ NO_PROXY: '', no_proxy: null })).toEqual({ NO_PROXY: '10.0.0.1,fd00::1' });
});

it('goes on with the spellings that say something, and with those alone', () => {
  expect(added({ no_proxy: 'a' })).toEqual({ no_proxy: 'a,10.0.0.1,fd00::1' });
  expect(added({ NO_PROXY: '', no_proxy: 'a' })).toEqual({ no_proxy: 'a,10.0.0.1,fd00::1' });
  expect(added({ NO_PROXY: 'b', no_proxy: 'a' })).toEqual({
    NO_PROXY: 'b,10.0.0.1,fd00::1',
    no_proxy: 'a,10.0.0.1,fd00::1',
  });
});

it('compares entries, not parts of them', () => {
  const before = { NO_PROXY: '10.127.0.0.1, 10.0.0.1' };
  expect(added(before, '127.0.0.1', '10.0.0.1')).toEqual({
    NO_PROXY: '10.127.0.0.1,10.0.0.1,127.0.0.1',
  });
});

it('leaves alone what means everything already', () => {
  expect(added({ NO_PROXY: '*' })).toEqual({ NO_PROXY: '*' });
});
