interface Destroyed {
  readonly name: string;
  readonly outcome: 'destroyed' | 'unknown' | 'declined';
  readonly imagesKept: readonly string[];
  readonly left: readonly {
    readonly host: string | null;
    readonly reason: string;
    readonly commands: readonly string[];
  }[];
}

/** What will go and what stays, before the question. */
export function renderGoing(cluster: string, goes: readonly string[], stays: string): string {
  const lines = [`Cluster ${cluster}, to be removed:`, ...goes.map((item) => `  ${item}`), stays];
  return `${lines.filter(Boolean).join('\n')}\n`;
}

export function renderDestroyed({ name, outcome, imagesKept, left }: Destroyed): string {
  switch (outcome) {
    case 'unknown':
      return `There is no cluster ${name}; nothing to remove.`;
    case 'declined':
      return `Cluster ${name} stays as it is.`;
    case 'destroyed':
      return [
        left.length === 0
          ? `Cluster ${name} is gone: no container, volume, network or file of it is left.`
          : `Cluster ${name} is forgotten. What did not answer still has its part of it:`,
        ...left.flatMap(({ host, reason, commands }) => [
          `  ${host === null ? '' : `${host}: `}${reason}`,
          ...(commands.length > 0 ? [`  when it is back, there:`] : []),
          ...commands.map((command) => `    ${command}`),
        ]),
        ...(imagesKept.length > 0 ? [`Kept on your engine: ${imagesKept.join(', ')}`] : []),
      ].join('\n');
  }
}
