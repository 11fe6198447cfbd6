interface Plan {
  readonly name: string;
  readonly hosts: readonly { readonly name: string; readonly url: string }[];
  readonly differences: readonly {
    readonly setting: string;
    readonly was: string;
    readonly wanted: string;
  }[];
  readonly changes: readonly {
    readonly title: string;
    readonly host: string | null;
    readonly details: readonly string[];
  }[];
}

/** What would be done, host by host. */
export function renderPlan({ name, hosts, differences, changes }: Plan): string {
  if (changes.length === 0) return `Nothing to do: cluster ${name} is as asked for.`;
  const places = [...new Set(changes.map(({ host }) => host))];
  const lines = places.flatMap((host) => [
    '',
    host === null ? 'this machine' : `${host} (${urlOf(host)})`,
    ...changes
      .filter((change) => change.host === host)
      .flatMap(({ title, details }) => [`  ${title}`, ...details.map((each) => `    ${each}`)]),
  ]);
  const differing = differences.map(
    ({ setting, was, wanted }) => `  ${setting}: ${was} → ${wanted}`,
  );
  return [
    ...(differing.length > 0 ? [`Cluster ${name}, what differs:`, ...differing, ''] : []),
    `Cluster ${name}, what would be done:`,
    ...lines,
  ].join('\n');

  function urlOf(host: string): string {
    return hosts.find((each) => each.name === host)?.url ?? '';
  }
}
