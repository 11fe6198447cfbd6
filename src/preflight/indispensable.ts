/** Checks without which nothing is known of a host, so that they cannot be ignored. */
export const INDISPENSABLE: readonly string[] = ['ssh', 'engine', 'tls'];
