import { describe, expect, it } from 'vitest';
import { Collection, fileName } from '../../../src/evidence/collection.ts';
import { limited } from '../../../src/util/abort.ts';
import { calm } from '../support/cluster.ts';

const redact = (text: string) => text.replaceAll('hunter2', '[redacted]');

describe('a collection', () => {
  it('redacts texts, JSON and reasons on their way in', async () => {
    const into = new Collection(redact);
    into.add('a.txt', 'hunter2');
    into.add('b.json', { a: ['hunter2'] });
    await into.ask({ host: 'demo-1', what: 'the engine', signal: calm }, () =>
      Promise.reject(new Error('no hunter2')),
    );
    expect(into.files.get('a.txt')).toBe('[redacted]\n');
    expect(into.files.get('b.json')).toBe('{\n  "a": [\n    "[redacted]"\n  ]\n}\n');
    expect(into.gaps).toEqual([{ host: 'demo-1', what: 'the engine', reason: 'no [redacted]' }]);
  });

  it('goes on without whom does not answer in time, and takes nothing that comes later', async () => {
    const into = new Collection(redact);
    let arrive: (text: string) => void = () => {};
    const late = new Promise<string>((resolve) => (arrive = resolve));
    await into.put('late.txt', { what: 'a log', signal: limited(calm, 20) }, () => late);
    arrive('late');
    await late;
    expect(into.files.size).toBe(0);
    expect(into.gaps[0]).toMatchObject({ host: null, what: 'a log' });
    expect(into.gaps[0]?.reason).toContain('no answer within');
  });

  it('has no file for what is not there', async () => {
    const into = new Collection(redact);
    await into.put('lock.json', { what: 'the lock', signal: calm }, () => Promise.resolve());
    expect([into.files.size, into.gaps.length]).toEqual([0, 0]);
  });

  it('keeps the end of what is very long, redacted before it is cut', () => {
    const into = new Collection((text) => text.replace('BEGIN', ''));
    into.add('long.log', `BEGIN${'x'.repeat(2 ** 20)}end`);
    expect(into.files.get('long.log')).toHaveLength(2 ** 20 + 1);
    expect(into.files.get('long.log')).toMatch(/xend\n$/);
  });
});

it.each([
  ['/swarm-manager', 'swarm-manager'],
  ['../../etc/passwd', '__.._etc_passwd'],
  ['a b/c', 'a_b_c'],
])('the name %s becomes the file %s', (name, file) => {
  expect(fileName(name)).toBe(file);
});
