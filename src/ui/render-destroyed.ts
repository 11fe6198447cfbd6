interface Destroyed {
  readonly name: string;
  readonly outcome: 'destroyed' | 'unknown' | 'declined';
  readonly imagesKept: readonly string[];
}

/** What will go and what stays, before the question. */
export function renderGoing(cluster: string, goes: readonly string[], stays: string): string {
  const lines = [`Cluster ${cluster}, to be removed:`, ...goes.map((item) => `  ${item}`), stays];
  return `${lines.filter(Boolean).join('\n')}\n`;
}

export function renderDestroyed({ name, outcome, imagesKept }: Destroyed): string {
  switch (outcome) {
    case 'unknown':
      return `There is no cluster ${name}; nothing to remove.`;
    case 'declined':
      return `Cluster ${name} stays as it is.`;
    case 'destroyed':
      return [
        `Cluster ${name} is gone: no container, volume, network or file of it is left.`,
        ...(imagesKept.length > 0 ? [`Kept on your engine: ${imagesKept.join(', ')}`] : []),
      ].join('\n');
  }
}
