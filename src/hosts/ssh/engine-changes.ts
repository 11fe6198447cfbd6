import type { EngineConfig } from './engine-config.ts';
import type { Listening } from './engine-hosts.ts';
import type { DockerFacts, RunningContainer } from './facts.ts';
import { DAEMON_JSON, DROP_IN, ENVIRONMENT_FILE } from './paths.ts';

interface Changing {
  readonly docker: DockerFacts;
  readonly config: EngineConfig;
  readonly hosts: Listening;
  readonly environment: boolean;
}

/** What happens to an engine that is prepared, a sentence each. */
export function changesOf({ docker, config, hosts, environment }: Changing): string[] {
  const theirs = config.given.some(({ name }) => /^tls(cacert|cert|key)$/.test(name));
  const inJson = [...config.changed].some((key) => /^tls(cacert|cert|key)$/.test(key));
  const keys = [...config.changed].join(', ');
  return [
    `${DROP_IN} is written: dockerd listens at ${hosts.address} with TLS`,
    ...(config.changed.size > 0
      ? [`${DAEMON_JSON} is changed (${keys}), and put back byte for byte by destroy`]
      : []),
    ...(environment ? [`${ENVIRONMENT_FILE} is written: variables for dockerd`] : []),
    ...(theirs || inJson
      ? [
          'the certificates that dockerd has now give way until destroy: clients who trust their CA will not trust the engine meanwhile',
        ]
      : []),
    ...hosts.plain.map((host) => `${host} had no TLS and wants a client certificate until destroy`),
    ...hosts.replaced.map((host) => `${host} becomes ${hosts.address} until destroy`),
    ...(docker.enabled ? [] : ['docker.service is started at boot until destroy']),
    docker.active ? 'docker.service is restarted' : 'docker.service is started',
    ...docker.running.map((container) => fateOf(container, docker)),
  ];
}

function fateOf(container: RunningContainer, { engine }: DockerFacts): string {
  const name = `container ${container.name}`;
  if (engine?.liveRestore === true) return `${name} keeps running (live-restore)`;
  if (container.temporary) return `${name} stops and is gone: it was started with --rm`;
  if (container.restarts) return `${name} stops, and comes back by itself (restart policy)`;
  return `${name} stops, and is started again by swarmctl`;
}
