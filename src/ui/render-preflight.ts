interface Report {
  readonly name: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly host: string | null;
    readonly outcome: 'ok' | 'warning' | 'error' | 'skipped';
    readonly problem: string;
    readonly fix: string;
  }[];
}

/** Every check with its outcome, and what to do about it. */
export function renderPreflight({ name, ok, checks }: Report): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, host, outcome, problem, fix }) => {
    const start = `${outcome.padEnd(7)}  ${check.padEnd(width)}`;
    if (outcome === 'ok' || outcome === 'skipped') return [start.trimEnd()];
    return [
      `${start}  ${host === null ? '' : `${host}: `}${problem}`,
      ...fix.split('\n').map((line) => `${' '.repeat(width + 11)}${line}`),
    ];
  });
  const verdict = ok
    ? `Cluster ${name} can be created.`
    : `Cluster ${name} cannot be created as asked for; nothing was changed.`;
  return [...lines, '', verdict].join('\n');
}
