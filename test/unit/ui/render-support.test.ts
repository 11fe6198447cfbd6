import { expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { renderError } from '../../../src/ui/render-error.ts';
import { renderSupport } from '../../../src/ui/render-support.ts';

const written = {
  file: '/x/b.tar.gz',
  bytes: 2049,
  contents: ['README.txt', 'cluster/a', 'cluster/b', 'hosts/demo-1/info.json'],
  leftOut: ['private keys', 'tokens'],
  problems: [],
};

it('a bundle is told with its place, what is in it and what is not', () => {
  expect(renderSupport(written).split('\n')).toEqual([
    'Wrote /x/b.tar.gz (3 KiB, 0600)',
    '',
    'In it:      README.txt, cluster (2), hosts/demo-1 (1)',
    'Left out:   private keys, tokens',
    'Names and addresses of hosts are in it: look through it before you pass it on.',
  ]);
});

it('what is missing in it is told with its reason, on one line', () => {
  const problems = [
    { host: 'demo-1', what: 'the engine', reason: 'refused\nand more' },
    { host: null, what: 'the status', reason: 'late' },
  ];
  expect(
    renderSupport({ ...written, problems })
      .split('\n')
      .slice(-3),
  ).toEqual([
    'HOST    MISSING     REASON',
    'demo-1  the engine  refused',
    '-       the status  late',
  ]);
});

it('an error names the bundle that it left', () => {
  const look = { logFile: '/x/log', bundle: '/x/b.tar.gz', color: false, bin: 'swarmctl' };
  expect(renderError(new SwarmctlError('STATE', 'no'), look)).toBe(
    'Error: no\n\nCode: STATE (swarmctl explain STATE)\nLog: /x/log\nSupport bundle: /x/b.tar.gz\n',
  );
});
