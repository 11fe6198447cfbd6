import { SwarmctlError, reasonOf } from '../errors.ts';
import type { Check, Finding, Surroundings } from './check.ts';

/** Asks all checks at once, and returns what they found. */
export async function runChecks(
  checks: readonly Check[],
  surroundings: Surroundings,
): Promise<Finding[]> {
  const findings = await Promise.all(
    checks.map(async (check) => {
      try {
        const found = await check.run(surroundings);
        return found.map((finding) => ({ check: check.name, ...finding }));
      } catch (error) {
        surroundings.signal.throwIfAborted();
        return [
          {
            check: check.name,
            level: 'error' as const,
            problem: `could not be checked: ${reasonOf(error)}`,
            fix: 'see the reason',
          },
        ];
      }
    }),
  );
  return findings.flat();
}

/** The findings, with errors of checks that are to be ignored as warnings. */
export function ignore(findings: readonly Finding[], checks: readonly string[]): Finding[] {
  return findings.map((finding) =>
    checks.includes(finding.check) ? { ...finding, level: 'warning' } : finding,
  );
}

/** Throws when there is an error among the findings; returns them otherwise. */
export function refuseErrors(findings: readonly Finding[]): Finding[] {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return [...findings];
  throw new SwarmctlError(
    'PREFLIGHT',
    [
      'preflight failed, nothing was changed',
      ...errors.map((e) => `${placeOf(e)}: ${e.problem}`),
    ].join('\n'),
    {
      suggestions: errors.flatMap((error) =>
        error.fix.split('\n').map((line) => `${placeOf(error)}: ${line}`),
      ),
    },
  );
}

function placeOf({ check, host }: Finding): string {
  return host === undefined ? check : `${check}: ${host}`;
}
