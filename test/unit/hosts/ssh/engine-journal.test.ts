import { expect, it } from 'vitest';
import { whyNotStarted } from '../../../../src/hosts/ssh/engine-journal.ts';

const NOISE = [
  'Starting docker.service - Docker Application Container Engine...',
  'time="2026-01-01T00:00:00Z" level=info msg="Starting up"',
];
const END = [
  'docker.service: Main process exited, code=exited, status=1/FAILURE',
  "docker.service: Failed with result 'exit-code'.",
  'Failed to start docker.service - Docker Application Container Engine.',
];

it.each([
  [['unknown flag: --nonsense', "See 'dockerd --help'."], 'unknown flag: --nonsense'],
  [['Status: unknown flag: --nonsense', "See 'dockerd --help'."], 'unknown flag: --nonsense'],
  [
    ['failed to start daemon: Error initializing network controller: invalid CIDR'],
    'failed to start daemon: Error initializing network controller: invalid CIDR',
  ],
  [
    [
      'unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives are specified both as a flag and in the configuration file: labels',
    ],
    'unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives are specified both as a flag and in the configuration file: labels',
  ],
  [
    ['time="2026-01-01T00:00:00Z" level=fatal msg="no \\"key\\" in /x"', 'Status: other'],
    'no "key" in /x',
  ],
  [[], "docker.service: Failed with result 'exit-code'."],
])('the reason is what dockerd says last (%#)', (lines, reason) => {
  expect(whyNotStarted([...NOISE, ...lines, ...END].join('\n'))).toBe(reason);
});

it('is none when the journal is silent', () => {
  expect(whyNotStarted('\n')).toBeUndefined();
});
