interface Discovery {
  readonly kind: string;
  readonly summary: string;
  readonly needs: string;
  readonly severalManagers: boolean;
  readonly lostAfter: string;
  readonly tls: string;
}

/** What each kind of discovery is, and what tells it from the others. */
export function renderDiscoveries(kinds: readonly Discovery[]): string {
  return kinds.map(renderOne).join('\n\n');
}

function renderOne({ kind, summary, needs, severalManagers, lostAfter, tls }: Discovery): string {
  const facts = {
    needs,
    'several managers': severalManagers ? 'yes' : 'no',
    'lost node seen after': lostAfter,
    TLS: tls,
  };
  const lines = Object.entries(facts).map(([name, fact]) => `  ${name.padEnd(22)}${fact}`);
  return [`${kind}: ${summary}`, ...lines].join('\n');
}
