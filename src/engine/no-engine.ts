import { SwarmctlError, reasonOf } from '../errors.ts';
import { endpointUrl, type EngineEndpoint } from './endpoint.ts';
import { EngineError } from './engine-error.ts';
import type { EngineSource } from './resolve-endpoint.ts';
import type { ThisMachine } from './this-machine.ts';

interface Asked {
  readonly endpoint: EngineEndpoint;
  /** What chose it. */
  readonly source: EngineSource;
  readonly error: unknown;
}

/** What is wrong, as a sentence without a subject, and what to do about it. */
interface Advice {
  readonly problem: string;
  readonly suggestions: readonly string[];
}

const SERVERS = 'or make a cluster of servers: swarmctl create --host ssh://user@host';
const QUICKSTART = 'to try swarmctl out without Docker: npm run quickstart in its source checkout';

const INSTALL: Readonly<Record<string, string>> = {
  debian: 'sudo apt-get install docker.io',
  ubuntu: 'sudo apt-get install docker.io',
  fedora: 'sudo dnf install moby-engine && sudo systemctl enable --now docker',
  amzn: 'sudo dnf install docker && sudo systemctl enable --now docker',
  arch: 'sudo pacman -S docker && sudo systemctl enable --now docker',
  alpine: 'sudo apk add docker && sudo rc-service docker start',
  opensuse: 'sudo zypper install docker && sudo systemctl enable --now docker',
  suse: 'sudo zypper install docker && sudo systemctl enable --now docker',
};

/** Why no engine answers where the docker CLI would look, and the way to one. */
export function noEngine(
  asked: Asked,
  env: NodeJS.ProcessEnv,
  home: string,
  machine: ThisMachine,
): SwarmctlError {
  const { endpoint, source, error } = asked;
  const { problem, suggestions } = adviceOn(asked, env, machine);
  const where = `${endpointUrl(endpoint)} (${source})`;
  return new SwarmctlError('ENGINE_UNREACHABLE', `${problem} at ${where}: ${reasonOf(error)}`, {
    cause: error,
    suggestions: [...otherSockets(asked, env, home, machine), ...suggestions],
  });
}

function adviceOn(
  { endpoint, source, error }: Asked,
  env: NodeJS.ProcessEnv,
  machine: ThisMachine,
): Advice {
  const problem = 'no Docker Engine answers';
  const code = error instanceof EngineError ? error.code : undefined;
  if (code === 'EACCES' && endpoint.kind === 'socket') {
    const { user } = machine;
    return {
      problem: `${user || 'this user'} may not use the Docker Engine`,
      suggestions: permission(endpoint.path, machine),
    };
  }
  if (source === 'DOCKER_HOST') return { problem, suggestions: dockerHost(endpoint, error, env) };
  if (source !== 'the default socket') {
    const name = source.replace(/^docker context /, '');
    const back = env.DOCKER_CONTEXT ? 'unset DOCKER_CONTEXT' : 'docker context use default';
    return {
      problem,
      suggestions: [
        `what does the context say? docker context inspect ${name}`,
        `back to the engine of this machine: ${back}`,
      ],
    };
  }
  if (machine.has('dockerd') || code === 'ECONNREFUSED') {
    return { problem: 'no Docker Engine runs', suggestions: [start(machine), SERVERS] };
  }
  if (machine.platform !== 'linux') {
    const suggestions = [
      'start Docker Desktop, or install it: https://docs.docker.com/desktop/',
      SERVERS,
    ];
    return { problem, suggestions };
  }
  if (code !== 'ENOENT') return { problem, suggestions: [start(machine)] };
  return {
    problem: 'there is no Docker Engine',
    suggestions: [install(machine), SERVERS, QUICKSTART],
  };
}

function permission(socket: string, { user, groupOf }: ThisMachine): string[] {
  const sudo = 'or run swarmctl as root, always: its state is then in the home of root';
  const group = groupOf(socket);
  if (!group) return [`who may use it? ls -l ${socket}`, sudo];
  if (group.member) {
    return [`${user} is in the group ${group.name} by now: log in again, or newgrp ${group.name}`];
  }
  return [
    `sudo usermod -aG ${group.name} ${user || '$USER'}, then log in again (members are root on this machine)`,
    sudo,
  ];
}

function dockerHost(
  endpoint: EngineEndpoint,
  error: unknown,
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const unset = 'is DOCKER_HOST right? unset DOCKER_HOST goes back to the engine of this machine';
  if (endpoint.kind === 'socket' || env.DOCKER_TLS_VERIFY) return [unset];
  return /HTTP request to an HTTPS server/i.test(reasonOf(error))
    ? ['it wants TLS: export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=FOLDER', unset]
    : [unset];
}

function start({ platform, systemd }: ThisMachine): string {
  if (platform !== 'linux') return 'start Docker Desktop';
  return systemd ? 'start it: sudo systemctl start docker' : 'start it: sudo service docker start';
}

function install({ distribution, like }: ThisMachine): string {
  const known = [distribution, ...like.filter((other) => other !== 'fedora')].find((name) =>
    Object.hasOwn(INSTALL, name),
  );
  return `install it: ${(known && INSTALL[known]) ?? 'https://docs.docker.com/engine/install/'}`;
}

/** Engines that listen elsewhere: those of one user, and those in a virtual machine. */
function otherSockets(
  { endpoint, source }: Asked,
  env: NodeJS.ProcessEnv,
  home: string,
  { isSocket }: ThisMachine,
): string[] {
  const usual = source === 'the default socket' ? [] : ['/var/run/docker.sock'];
  const own = [
    '.docker/run/docker.sock',
    '.docker/desktop/docker.sock',
    '.colima/default/docker.sock',
  ];
  return [
    ...usual,
    ...(env.XDG_RUNTIME_DIR ? [`${env.XDG_RUNTIME_DIR}/docker.sock`] : []),
    ...own.map((file) => `${home}/${file}`),
  ]
    .filter((file) => (endpoint.kind !== 'socket' || endpoint.path !== file) && isSocket(file))
    .map((file) => `there is a socket of an engine: export DOCKER_HOST=unix://${file}`);
}
