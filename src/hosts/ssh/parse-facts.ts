import { dockerFacts, type DockerUnit } from './parse-docker.ts';
import { addressesOf, listeningOf } from './parse-network.ts';
import { Report } from './report.ts';
import type { ServerFacts } from './facts.ts';

const FIREWALLS = ['ufw', 'firewalld', 'iptables', 'nftables'] as const;

/** What a server says of itself without its engine. */
export type ServerReport = Omit<ServerFacts, 'docker'> & {
  readonly docker: DockerUnit | undefined;
};

/** Reads what look.sh said with a mark; undefined when it did not come to its end. */
export function parseFacts(text: string, mark: string): ServerReport | undefined {
  const report = new Report(text, mark);
  if (!report.has('end')) return undefined;
  const os = osRelease(report.text('os') ?? '');
  const by = report.line('root');
  return {
    machineId: report.line('machine-id'),
    hostname: report.line('hostname'),
    os: {
      id: os.get('ID') ?? '',
      version: os.get('VERSION_ID') ?? '',
      like: (os.get('ID_LIKE') ?? '').split(/\s+/).filter((word) => word !== ''),
    },
    architecture: report.line('architecture'),
    root: by === 'user' || by === 'sudo' ? by : { refused: by },
    systemd: report.has('systemd'),
    apt: report.has('apt'),
    // Not every date knows fractions.
    clock: Number(/^\d+(\.\d+)?/.exec(report.line('clock'))?.[0] ?? 0),
    // ADDRESS PORT ADDRESS PORT, the client's first.
    sshAddress: (report.line('ssh').split(' ')[2] ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    addresses: addressesOf(report),
    listening: listeningOf(report),
    free: freeBytes(report.text('free') ?? ''),
    firewall: FIREWALLS.find((name) => name === report.line('firewall')),
    docker: dockerFacts(report),
  };
}

/** The variables of an os-release file (os-release(5)). */
function osRelease(text: string): Map<string, string> {
  const lines = text.matchAll(/^([A-Z_]+)=(["']?)(.*?)\2\s*$/gm);
  return new Map([...lines].map(([, name = '', , value = '']) => [name, value]));
}

/** From `df -Pk`: the fourth column of its last line, in KiB. */
function freeBytes(text: string): number {
  const fields = text.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  // The name of the device may hold blanks, what follows it does not.
  return Number(fields.at(-3) ?? 0) * 1024 || 0;
}
