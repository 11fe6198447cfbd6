interface Switched {
  readonly cluster: string;
  readonly hosts: readonly string[];
  readonly changed: boolean;
  readonly servers: readonly string[];
}

const IS = { start: 'running', stop: 'stopped', restart: 'running again' };

/** What became of hosts that were started, stopped or restarted, a line for each cluster. */
export function renderSwitched(
  how: 'start' | 'stop' | 'restart',
  switched: readonly Switched[],
): string {
  return switched
    .flatMap(({ cluster, hosts, changed, servers }) => [
      `${cluster}: ${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} ${changed ? '' : 'already '}${IS[how]}`,
      ...(how === 'stop' && servers.length > 0
        ? [
            `On ${servers.join(', ')} swarm's containers are stopped; Docker and all else runs on. They start again with swarmctl start, or with Docker.`,
          ]
        : []),
    ])
    .join('\n');
}
