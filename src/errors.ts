/** Exit codes of every command; the README lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  preflight: 3,
  degraded: 4,
  /** Of `plan`, where the person asks to be told so. */
  changesDue: 5,
  /** Of `run`, whatever failed: other codes are those of the command. */
  ownFailure: 125,
  interrupted: 130,
} as const;

export type ErrorCode =
  | 'USAGE'
  | 'SEVERAL_CLUSTERS'
  | 'NO_CLUSTER'
  | 'PREFLIGHT'
  | 'CLUSTER_EXISTS'
  | 'SPEC_DIFFERS'
  | 'STEP_FAILED'
  | 'TIMEOUT'
  | 'NOT_HEALTHY'
  | 'CONFIRMATION_NEEDED'
  | 'LEFTOVERS'
  | 'LOCKED'
  | 'ENGINE_UNREACHABLE'
  | 'DISCOVERY'
  | 'SSH_AUTH'
  | 'SSH_HOST_KEY'
  | 'SSH_UNREACHABLE'
  | 'STATE'
  | 'INTERRUPTED'
  | 'UNEXPECTED';

const EXIT_OF: Record<ErrorCode, number> = {
  USAGE: EXIT.usage,
  SEVERAL_CLUSTERS: EXIT.usage,
  NO_CLUSTER: EXIT.failed,
  PREFLIGHT: EXIT.preflight,
  CLUSTER_EXISTS: EXIT.preflight,
  SPEC_DIFFERS: EXIT.preflight,
  STEP_FAILED: EXIT.failed,
  TIMEOUT: EXIT.failed,
  NOT_HEALTHY: EXIT.degraded,
  CONFIRMATION_NEEDED: EXIT.failed,
  LEFTOVERS: EXIT.failed,
  LOCKED: EXIT.failed,
  ENGINE_UNREACHABLE: EXIT.failed,
  DISCOVERY: EXIT.failed,
  SSH_AUTH: EXIT.failed,
  SSH_HOST_KEY: EXIT.failed,
  SSH_UNREACHABLE: EXIT.failed,
  STATE: EXIT.failed,
  INTERRUPTED: EXIT.interrupted,
  UNEXPECTED: EXIT.failed,
};

interface Details {
  host?: string | undefined;
  step?: string | undefined;
  suggestions?: readonly string[];
  /** Whether the same may succeed a moment later; no when left out. */
  transient?: boolean;
  cause?: unknown;
}

/**
 * A failure the user can act on: a stable code, one sentence, and what to try.
 * Anything that is not one of these is a bug and reported as such.
 */
export class SwarmctlError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly host: string | undefined;
  readonly step: string | undefined;
  readonly suggestions: readonly string[];
  readonly transient: boolean;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = 'SwarmctlError';
    this.code = code;
    this.exitCode = EXIT_OF[code];
    this.host = details.host;
    this.step = details.step;
    this.suggestions = details.suggestions ?? [];
    this.transient = details.transient ?? false;
  }
}

/** The sentence of anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(reasonOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** Whether it is the person who has ended the work. */
export function isInterruption(error: unknown): boolean {
  return error instanceof SwarmctlError && error.code === 'INTERRUPTED';
}

/** The failures of several that were thrown together, and maybe retold; else the one. */
export function failuresOf(error: unknown): unknown[] {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AggregateError) return cause.errors;
  }
  return [error];
}

/** The same failure, told with another message and with more to try. */
export function retold(
  failure: unknown,
  message: string,
  more: readonly string[] = [],
): SwarmctlError {
  const known = failure instanceof SwarmctlError ? failure : undefined;
  return new SwarmctlError(known?.code ?? 'STEP_FAILED', message, {
    host: known?.host,
    step: known?.step,
    suggestions: [...(known?.suggestions ?? []), ...more],
    cause: failure,
  });
}
