import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logger, sayRequest, shortPath, sparing } from '../../../src/token-service/log.ts';
import { TOKEN, manualClock } from './support.ts';

function logged(message: string): string {
  const lines: string[] = [];
  logger((line) => lines.push(line))(message);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('a line', () => {
  it('begins with the time', () => {
    expect(logged('hello')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z hello$/);
  });

  it('has nothing in it that moves the cursor or ends it', () => {
    expect(logged('a\nb\r\x1b[2J\u202e\u2028\\n…é')).toMatch(
      / a\\u\{a\}b\\u\{d\}\\u\{1b\}\[2J\\u\{202e\}\\u\{2028\}\\\\n…\\u\{e9\}$/,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(logged(text)).toMatch(/^[\x20-\x7e…]*$/);
      }),
    );
  });
});

describe('a path', () => {
  it.each([
    [`/v1/clusters/${TOKEN}?ttl=180`, '/v1/clusters/14f2d1…?ttl=180'],
    [`/clusters/${TOKEN}`, '/clusters/14f2d1…'],
    [`/v1/clusters/${TOKEN}/x`, '/v1/clusters/14f2d1…/x'],
    [`/v1/clusters/${TOKEN.slice(0, 12)}`, '/v1/clusters/14f2d1…'],
    [`/v1/CLUSTERS/${TOKEN}zz`, '/v1/CLUSTERS/14f2d1…'],
    [`/v1/${TOKEN.toUpperCase()}`, '/v1/14F2D1…'],
    [`/v1/healthz?token=${TOKEN}`, '/v1/healthz?token=14f2d1…'],
    ['/v1/clusters', '/v1/clusters'],
    ['/healthz', '/healthz'],
  ])('%s is said as %s', (url, said) => {
    expect(shortPath(url)).toBe(said);
  });

  it('is never long', () => {
    expect(shortPath('/a'.repeat(1000)).length).toBeLessThan(210);
  });
});

describe('a request', () => {
  const sight = { client: '10.0.0.3', method: 'GET', url: '/healthz', milliseconds: 1.26 };

  it('is said with its outcome and a note', () => {
    expect(sayRequest({ ...sight, status: 200 })).toBe('10.0.0.3 GET /healthz 200 1.3 ms');
    expect(sayRequest({ ...sight, status: 0, note: 'left' })).toBe(
      '10.0.0.3 GET /healthz - 1.3 ms: left',
    );
  });
});

it('is sparing with what strangers cause', () => {
  const clock = manualClock();
  const lines: string[] = [];
  const log = sparing((line) => lines.push(line), clock.now);
  for (let index = 0; index < 5; index++) log(`n${index}`);
  clock.advance(1000);
  log('later');
  clock.advance(1000);
  log('last');
  expect(lines).toEqual(['n0', 'later (and 4 more before that)', 'last']);
});
