import { CREDENTIAL_FILES, FOREIGN_FOLDER } from '../cluster/credentials.ts';
import { namedHosts, type Reached } from '../cluster/lay-out.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { judgeForeignTls } from '../hosts/tcp/foreign-tls.ts';
import type { Finding } from '../preflight/check.ts';
import type { FolderFile } from '../steps/write-record.ts';

interface Given {
  readonly spec: ClusterSpec;
  readonly caKey?: string | undefined;
}

/**
 * Whether the manager can talk to engines that have TLS of a CA of their own, and what the cluster's
 * folder holds for it.
 */
export function judgeTls(
  { spec, caKey }: Given,
  reached: ReadonlyMap<string, Reached>,
): { findings: Finding[]; files: FolderFile[] } {
  const hosts = namedHosts(spec).flatMap(({ name, host }) =>
    host.tls ? [{ name, tls: host.tls }] : [],
  );
  const judged = judgeForeignTls(
    { hosts, caKey, manager: { names: namesOf(spec, reached) } },
    new Date(),
  );
  const { authority, manager } = judged;
  return {
    findings: judged.problems.map((problem) => ({ check: 'tls', ...problem })),
    files: [
      ...(authority
        ? [
            { name: `ca/${CREDENTIAL_FILES.certificate}`, text: authority.certificate },
            { name: `ca/${CREDENTIAL_FILES.key}`, text: authority.privateKey },
          ]
        : []),
      ...(manager
        ? [
            { name: `${FOREIGN_FOLDER}/${CREDENTIAL_FILES.ca}`, text: hosts[0]?.tls.ca ?? '' },
            {
              name: `${FOREIGN_FOLDER}/${CREDENTIAL_FILES.certificate}`,
              text: manager.certificate,
            },
            { name: `${FOREIGN_FOLDER}/${CREDENTIAL_FILES.key}`, text: manager.privateKey },
          ]
        : []),
    ],
  };
}

/** By which clients and the other hosts reach the manager. */
function namesOf(spec: ClusterSpec, reached: ReadonlyMap<string, Reached>): string[] {
  const [master] = namedHosts(spec);
  const at = master && reached.get(master.name);
  const own = at ? [at.address, at.advertise] : [spec.localAddress ?? '127.0.0.1'];
  return [...new Set([...own, ...spec.tlsSans])];
}
