import { expect, it } from 'vitest';
import { compareApi } from '../../../src/cluster/limits.ts';

it('orders API versions by number, not by letter', () => {
  expect(compareApi('1.9', '1.31')).toBeLessThan(0);
  expect(compareApi('1.31', '1.9')).toBeGreaterThan(0);
  expect(compareApi('1.41', '1.41')).toBe(0);
  expect(compareApi('2.0', '1.99')).toBeGreaterThan(0);
  expect(compareApi('1', '1.0')).toBe(0);
  const versions = ['1.44', '1.9', '2.0', '1.31', '1.12'];
  expect([...versions].sort(compareApi)).toEqual(['1.9', '1.12', '1.31', '1.44', '2.0']);
});
