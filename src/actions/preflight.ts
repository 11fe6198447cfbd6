import { SwarmctlError } from '../errors.ts';
import type { Finding } from '../preflight/check.ts';
import { INDISPENSABLE } from '../preflight/indispensable.ts';
import { IGNORABLE, LOCAL_CHECKS, REMOTE_CHECKS } from '../preflight/names.ts';
import { ignore } from '../preflight/run-checks.ts';
import { closest } from '../util/closest.ts';
import { checkedSpec, type ClusterRequest } from './cluster-request.ts';
import type { ActionContext } from './context.ts';
import { readArchives, readCaKey } from './create-cluster.ts';
import { lookBefore } from './lay-out-cluster.ts';

/** The outcome of one check, of one host where it is about one. */
export interface CheckOutcome {
  readonly check: string;
  readonly host: string | null;
  /** `skipped` where no host was there to be asked. */
  readonly outcome: 'ok' | 'warning' | 'error' | 'skipped';
  /** Both empty where all is well. */
  readonly problem: string;
  readonly fix: string;
}

export interface PreflightReport {
  readonly name: string;
  readonly ok: boolean;
  readonly checks: CheckOutcome[];
}

/** Asks what `create` asks before the first change; nothing is written. */
export async function preflight(
  request: ClusterRequest,
  ignored: readonly string[],
  context: ActionContext,
): Promise<PreflightReport> {
  const spec = await checkedSpec(request);
  const { name, hosts } = spec;
  if (await context.home.cluster(name).readRecord()) {
    throw new SwarmctlError(
      'USAGE',
      `cluster ${name} exists, so nothing is before its first change`,
      {
        suggestions: [`swarmctl status ${name}`, 'swarmctl plan with the same options'],
      },
    );
  }
  const reading = readArchives(request.imageArchives);
  const caKey = await readCaKey(request.caKeyFile);
  const found = await lookBefore({ spec, ssh: request.ssh, caKey, reading }, context);
  const findings = ignore(found, ignored);
  const isLocal = !hosts || hosts.some(({ url }) => url === 'local');
  const isRemote = hosts?.some(({ url }) => url !== 'local') ?? false;
  const asked = [...(isRemote ? REMOTE_CHECKS : []), ...(isLocal ? LOCAL_CHECKS : [])];
  const lost = new Set(
    findings.flatMap(({ check, host }) => (INDISPENSABLE.includes(check) ? (host ?? 'here') : [])),
  );
  const known = spec.nodes + 1 - lost.size - (isLocal && lost.has('here') ? spec.nodes : 0);
  return {
    name,
    ok: findings.every(({ level }) => level !== 'error'),
    checks: [...new Set(asked)].flatMap((check) => outcomesOf(check, findings, known > 0)),
  };
}

function outcomesOf(check: string, findings: readonly Finding[], isAsked: boolean): CheckOutcome[] {
  const mine = findings.filter((finding) => finding.check === check);
  if (mine.length === 0) {
    const outcome = isAsked || INDISPENSABLE.includes(check) ? 'ok' : 'skipped';
    return [{ check, host: null, outcome, problem: '', fix: '' }];
  }
  return mine.map(({ host = null, level, problem, fix }) => ({
    ...{ check, host, problem, fix },
    outcome: level,
  }));
}

/** Fails on names that no check has. */
export function checkNames(text: string | undefined): string[] {
  const names = (text ?? '').split(',').flatMap((name) => name.trim() || []);
  for (const name of names) {
    if (IGNORABLE.includes(name)) continue;
    const meant = closest(name, IGNORABLE);
    throw new SwarmctlError(
      'USAGE',
      `--ignore-preflight: there is no check "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      { suggestions: [`known: ${IGNORABLE.join(', ')}`] },
    );
  }
  return names;
}
