const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The days from now on, but not past `latest`; begins an hour ago, for hosts whose clock is behind. */
export function validityOf(now: Date, days: number, latest = Number.POSITIVE_INFINITY): Validity {
  return {
    notBefore: new Date(now.getTime() - HOUR),
    notAfter: new Date(Math.min(now.getTime() + days * DAY, latest)),
  };
}
