/** Labels of a DNS name (RFC 1123 §2.1), the first of which may be a wildcard. */
const DNS_NAME =
  /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const MAX_LENGTH = 253;

/** Whether a text can be the DNS name of a server; a wildcard counts. */
export function isDnsName(text: string): boolean {
  // A last label of digits makes an IPv4 address, here a malformed one such as 10.0.0.300.
  return text.length <= MAX_LENGTH && DNS_NAME.test(text) && !/(^|\.)\d+$/.test(text);
}
