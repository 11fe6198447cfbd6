/** A request that is turned down: the HTTP status and a sentence for the client. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Why the service cannot start, as a sentence for the person who starts it. */
export class ServiceError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'ServiceError';
  }
}

/** The sentence of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT` and the like; undefined for what is no error of the system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
