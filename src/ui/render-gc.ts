import { sayExpiry } from './say-expiry.ts';
import { renderTable } from './table.ts';

interface Expiring {
  readonly name: string;
  readonly outcome: string;
  readonly expires: { readonly secondsLeft: number } | null;
  readonly reason: string;
}

export function renderGc(clusters: readonly Expiring[]): string {
  if (clusters.length === 0) return 'No cluster has a ttl; nothing to remove.';
  return renderTable(
    ['NAME', 'OUTCOME', 'EXPIRES', 'REASON'],
    clusters.map(({ name, outcome, expires, reason }) => [
      name,
      outcome,
      expires ? sayExpiry(expires) : '-',
      reason.replaceAll('\n', '; '),
    ]),
  );
}
