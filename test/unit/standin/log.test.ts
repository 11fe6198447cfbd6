import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../standin/duration.ts';
import { formatLogLine } from '../../standin/log.ts';

it('writes log lines as the imitated program does', () => {
  const fields = { discovery: 'etcd://10.0.0.1:2379', addr: '10.0.0.2:2376', status: 404 };
  expect(formatLogLine('info', 'a "b"', fields, new Date('2026-11-23T00:52:59.5Z'))).toBe(
    'time="2026-11-23T00:52:59Z" level=info msg="a \\"b\\"" addr="10.0.0.2:2376" ' +
      'discovery="etcd://10.0.0.1:2379" status=404 \n',
  );
});

it.each([
  ['20s', 20_000, '20s'],
  ['60s', 60_000, '1m0s'],
  ['1h1m1.5s', 3_661_500, '1h1m1.5s'],
])('%s is %i ms and printed as %s', (text, ms, printed) => {
  expect(parseDuration(text)).toBe(ms);
  expect(formatDuration(ms)).toBe(printed);
});

it.each(['', '5', '5 s', '5x', 's'])('%j is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow('time:');
});
