import { renderTable } from './table.ts';

interface Written {
  readonly file: string;
  readonly bytes: number;
  readonly contents: readonly string[];
  readonly leftOut: readonly string[];
  readonly problems: readonly {
    readonly host: string | null;
    readonly what: string;
    readonly reason: string;
  }[];
}

/** Where the bundle is, what is in it and what is not. */
export function renderSupport({ file, bytes, contents, leftOut, problems }: Written): string {
  const lines = [
    `Wrote ${file} (${Math.ceil(bytes / 1024)} KiB, 0600)`,
    '',
    `In it:      ${summary(contents)}`,
    `Left out:   ${leftOut.join(', ')}`,
    'Names and addresses of hosts are in it: look through it before you pass it on.',
  ];
  if (problems.length === 0) return lines.join('\n');
  const rows = problems.map(({ host, what, reason }) => [host ?? '-', what, firstLine(reason)]);
  return [...lines, '', renderTable(['HOST', 'MISSING', 'REASON'], rows)].join('\n');
}

/** `hosts/etcd-1 (9), cluster (6), versions.txt`. */
function summary(contents: readonly string[]): string {
  const groups = new Map<string, number>();
  for (const path of contents) {
    const folders = path.split('/');
    const group = folders.slice(0, folders[0] === 'hosts' ? 2 : 1).join('/');
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  return [...groups]
    .map(([group, files]) => (contents.includes(group) ? group : `${group} (${files})`))
    .join(', ');
}

function firstLine(reason: string): string {
  return reason.split('\n')[0] ?? '';
}
