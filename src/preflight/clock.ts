/** Milliseconds. Certificates are valid from an hour before they are made. */
export const CLOCK_ERROR = 55 * 60_000;
export const CLOCK_WARNING = 2000;
