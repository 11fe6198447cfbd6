import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { noEngine } from '../../../src/engine/no-engine.ts';
import type { EngineSource } from '../../../src/engine/resolve-endpoint.ts';
import type { ThisMachine } from '../../../src/engine/this-machine.ts';

const SOCKET = '/var/run/docker.sock';

/** A Debian without Docker. */
const bare: ThisMachine = {
  platform: 'linux',
  distribution: 'debian',
  like: [],
  systemd: true,
  user: 'bob',
  has: () => false,
  isSocket: () => false,
  groupOf: () => undefined,
};

function failure(code: string, text = `connect ${code} ${SOCKET}`) {
  return new EngineError(Object.assign(new Error(text), { code }));
}

interface Case {
  readonly error?: unknown;
  readonly source?: EngineSource;
  readonly url?: { kind: 'tcp'; host: string; port: number };
  readonly env?: NodeJS.ProcessEnv;
  readonly machine?: Partial<ThisMachine>;
}

function told({
  error = failure('ENOENT'),
  source = 'the default socket',
  url,
  env = {},
  machine = {},
}: Case) {
  const endpoint = url ?? ({ kind: 'socket', path: SOCKET } as const);
  return noEngine({ endpoint, source, error }, env, '/home/bob', { ...bare, ...machine });
}

describe('without Docker', () => {
  it.each([
    ['debian', [], 'sudo apt-get install docker.io'],
    ['linuxmint', ['ubuntu', 'debian'], 'sudo apt-get install docker.io'],
    ['fedora', [], 'sudo dnf install moby-engine && sudo systemctl enable --now docker'],
    // Like Fedora, but without its moby-engine.
    ['rocky', ['rhel', 'centos', 'fedora'], 'https://docs.docker.com/engine/install/'],
    ['opensuse-leap', ['suse', 'opensuse'], 'sudo zypper install docker'],
    ['', [], 'https://docs.docker.com/engine/install/'],
  ])('on "%s" it says how to install it', (distribution, like, how) => {
    const error = told({ machine: { distribution, like } });
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(error.message).toBe(
      'there is no Docker Engine at unix:///var/run/docker.sock (the default socket): ' +
        'no such socket (connect ENOENT /var/run/docker.sock)',
    );
    expect(error.suggestions[0]).toContain(`install it: ${how}`);
    expect(error.suggestions.join('\n')).toContain('npm run quickstart');
    expect(error.suggestions.join('\n')).toContain('--host ssh://');
  });

  it.each(['darwin', 'win32'] as const)('on %s it is Docker Desktop', (platform) => {
    expect(told({ machine: { platform } }).suggestions[0]).toContain('Docker Desktop');
  });
});

it.each([
  [true, 'sudo systemctl start docker'],
  [false, 'sudo service docker start'],
])('with Docker that does not run it says how to start it (systemd: %s)', (systemd, how) => {
  for (const error of [
    told({ machine: { systemd, has: (program) => program === 'dockerd' } }),
    told({ error: failure('ECONNREFUSED'), machine: { systemd } }),
  ]) {
    expect(error.message).toMatch(/^no Docker Engine runs at unix:/);
    expect(error.suggestions[0]).toBe(`start it: ${how}`);
  }
});

describe('without permission', () => {
  const error = failure('EACCES');

  it('names user and group', () => {
    const groupOf = () => ({ name: 'docker', member: false });
    const { message, suggestions } = told({ error, machine: { groupOf } });
    expect(message).toMatch(/^bob may not use the Docker Engine at .*: permission denied/);
    expect(suggestions[0]).toMatch(/^sudo usermod -aG docker bob, then log in again/);
    expect(suggestions[1]).toContain('as root');
  });

  it('knows who is in the group since the last login', () => {
    const groupOf = () => ({ name: 'docker', member: true });
    const { suggestions } = told({ error, machine: { groupOf } });
    expect(suggestions).toEqual([
      'bob is in the group docker by now: log in again, or newgrp docker',
    ]);
  });

  it('does not send into a group that would not help', () => {
    const { suggestions } = told({ error, source: 'DOCKER_HOST' });
    expect(suggestions[0]).toBe('who may use it? ls -l /var/run/docker.sock');
    expect(suggestions.join()).not.toContain('usermod');
  });
});

describe('of a setting that leads nowhere', () => {
  const url = { kind: 'tcp', host: '10.0.0.9', port: 2375 } as const;

  it('DOCKER_HOST is named', () => {
    const { message, suggestions } = told({
      ...{ url, source: 'DOCKER_HOST', error: failure('ECONNREFUSED', 'connect') },
    });
    expect(message).toBe(
      'no Docker Engine answers at tcp://10.0.0.9:2375 (DOCKER_HOST): connection refused (connect)',
    );
    expect(suggestions).toEqual([
      'is DOCKER_HOST right? unset DOCKER_HOST goes back to the engine of this machine',
    ]);
  });

  it('DOCKER_HOST without TLS is told of it', () => {
    const error = new EngineError({
      statusCode: 400,
      json: { message: 'Client sent an HTTP request to an HTTPS server.' },
    });
    const { suggestions } = told({ url, source: 'DOCKER_HOST', error });
    expect(suggestions[0]).toContain('DOCKER_TLS_VERIFY=1');
  });

  it.each([
    [{}, 'docker context use default'],
    [{ DOCKER_CONTEXT: 'far' }, 'unset DOCKER_CONTEXT'],
  ])('a docker context is named, and the way back (%j)', (env, back) => {
    const { message, suggestions } = told({ url, source: 'docker context far', env });
    expect(message).toContain('(docker context far)');
    expect(suggestions).toEqual([
      'what does the context say? docker context inspect far',
      `back to the engine of this machine: ${back}`,
    ]);
  });

  it('an engine that listens elsewhere comes first', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
    const isSocket = (file: string) =>
      ['/run/user/1000/docker.sock', SOCKET, '/home/bob/.colima/default/docker.sock'].includes(
        file,
      );
    const own = told({ env, machine: { isSocket } });
    expect(own.suggestions.slice(0, 2)).toEqual([
      'there is a socket of an engine: export DOCKER_HOST=unix:///run/user/1000/docker.sock',
      'there is a socket of an engine: export DOCKER_HOST=unix:///home/bob/.colima/default/docker.sock',
    ]);
    const wrong = told({ url, source: 'DOCKER_HOST', machine: { isSocket } });
    expect(wrong.suggestions[0]).toContain(`unix://${SOCKET}`);
  });
});
