/** `host:port` as it stands in a URL, where IPv6 addresses have brackets. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
