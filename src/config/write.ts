import { stringify } from 'yaml';
import type { Settings } from './settings.ts';

/** What stands in comments of a new file where nothing was said. */
const EXAMPLES: Partial<Settings> = {
  'local-address': '10.0.0.9',
  'ssh-key': '~/.ssh/id_ed25519',
  'tls-ca-cert': 'ca.pem',
  'tls-cert': 'cert.pem',
  'tls-key': 'key.pem',
};

/**
 * The text of a new cluster file: the template with `<nodes>` and the like replaced. A line in
 * comments counts when its setting was said, and hosts stand in the place of the number of nodes.
 */
export function fillClusterFile(
  template: string,
  settings: Settings,
  said: Partial<Settings> = {},
): string {
  const values = new Map<string, unknown>(
    Object.entries({ ...EXAMPLES, ...whatIsSaid(settings), ...whatIsSaid(said) }),
  );
  const isSaid = new Set(Object.keys(whatIsSaid(said)));
  return template
    .replace(/^nodes: .*\n#hosts:\n/m, (lines) =>
      settings.host.length === 0 ? lines : `hosts:\n${list(settings.host)}`,
    )
    .replaceAll(
      /^( *)#(\w+: <([a-z-]+)>)$/gm,
      (line, indent: string, rest: string, name: string) =>
        isSaid.has(name) ? indent + rest : line,
    )
    .replaceAll(/<([a-z-]+)>/g, (_, setting: string) => {
      if (!values.has(setting)) throw new Error(`the template asks for ${setting}`);
      return asYaml(values.get(setting));
    });
}

function whatIsSaid(said: Partial<Settings>): Partial<Settings> {
  const entries = Object.entries(said).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Settings>;
}

function list(hosts: Settings['host']): string {
  return hosts
    .map((host) => `  - ${asYaml(typeof host === 'string' ? host : (host.url ?? ''))}\n`)
    .join('');
}

/** On one line; `${` is meant as it is. */
function asYaml(value: unknown): string {
  const text = typeof value === 'string' ? value.replaceAll('${', () => '$${') : value;
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
