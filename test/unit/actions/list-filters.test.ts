import { describe, expect, it } from 'vitest';
import { parseFilters } from '../../../src/actions/list-filters.ts';
import type { ListedCluster } from '../../../src/health/status.ts';
import { recordOf } from '../support/cluster.ts';

const staging = { name: 'staging', record: recordOf({ engine: { labels: ['region=eu'] } }) };
const listed = (health: string) => ({ name: 'staging', health }) as ListedCluster;

describe('filters', () => {
  it.each([
    [[], true],
    [['name=^stag'], true],
    [['name=^ag'], false],
    [['name=^prod', 'name=ing$'], true],
    [['name=ing$', 'discovery=token'], false],
    [['discovery=etcd'], true],
    [['label=region=eu'], true],
    [['label=region=us'], false],
  ])('%j', (texts, passes) => {
    expect(parseFilters(texts).mayPass(staging)).toBe(passes);
  });

  it('ask clusters only for their health', () => {
    expect(parseFilters(['name=a']).asks).toBe(false);
    const health = parseFilters(['health=down', 'health=degraded']);
    expect(health.asks).toBe(true);
    expect(['down', 'degraded', 'healthy'].map((each) => health.passes(listed(each)))).toEqual([
      ...[true, true, false],
    ]);
  });

  it.each([
    ['nmae=a', 'did you mean name=…?'],
    ['name', '--filter "name" is none'],
    ['driver=generic', '--filter "driver=generic" is none'],
    ['name=(', 'is no regular expression'],
  ])('%s is refused', (text, message) => {
    expect(() => parseFilters([text])).toThrow(message);
  });
});
