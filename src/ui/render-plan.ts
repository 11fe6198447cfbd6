interface Plan {
  readonly name: string;
  readonly changes: readonly {
    readonly title: string;
    readonly host: string | null;
    readonly details: readonly string[];
  }[];
}

/** What would be done, host by host. */
export function renderPlan({ name, changes }: Plan): string {
  if (changes.length === 0) return `Nothing to do: cluster ${name} is as asked for.`;
  const hosts = [...new Set(changes.map(({ host }) => host))];
  const lines = hosts.flatMap((host) => [
    '',
    host ?? 'this machine',
    ...changes
      .filter((change) => change.host === host)
      .flatMap(({ title, details }) => [`  ${title}`, ...details.map((each) => `    ${each}`)]),
  ]);
  return [`Cluster ${name}, what would be done:`, ...lines].join('\n');
}
