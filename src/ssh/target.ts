import { isIPv6 } from 'node:net';
import { hostPort } from '../util/host-port.ts';

/** A server as the person names it; what is left out, `~/.ssh/config` may say. */
export interface SshTarget {
  /** A name, an address, or an alias of `~/.ssh/config`. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const FORM = 'ssh://[user@]host[:port]';

/** Letters that no shell and no option of ssh takes for something else. */
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\.?$/;
const USER = /^[A-Za-z0-9_.][A-Za-z0-9_.@+\\-]*\$?$/;
const ZONE = /^[A-Za-z0-9._-]+$/;

/** Reads `ssh://[user@]host[:port]`; what is wrong with it comes as sentences. */
export function parseSshUrl(url: string): SshTarget | { readonly problems: readonly string[] } {
  const shown = url.replace(/^(ssh:\/\/[^/@:]*):.*@/, '$1:[redacted]@');
  const rest = /^ssh:\/\/(.*)$/s.exec(url)?.[1];
  if (rest === undefined) return { problems: [`${shown} is not of the form ${FORM}`] };

  const [authority = '', ...path] = rest.split(/(?=[/?#])/);
  const problems: string[] = [];
  if (path.join('') !== '' && path.join('') !== '/') {
    problems.push(`${shown} goes on after the host with "${path.join('')}": give ${FORM} only`);
  }
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : readUser(authority.slice(0, at), shown, problems);
  const { host, port } = readHost(authority.slice(at + 1), shown, problems);
  if (problems.length > 0) return { problems };
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}

/** The host as a person would write it. */
export function sayHost({ host, port }: SshTarget): string {
  if (port === undefined) return host;
  return hostPort(host, port);
}

/** What a person types after `ssh` to get there. */
export function sayByHand({ host, user, port }: SshTarget): string {
  const to = user === undefined ? host : `${user}@${host}`;
  return port === undefined ? to : `-p ${port} ${to}`;
}

/** Why a name cannot be that of a user; undefined when it can. */
export function userProblem(user: string): string | undefined {
  if (user === '') return 'the name of the user is empty';
  return USER.test(user) ? undefined : `"${user}" cannot be the name of a user`;
}

function readUser(text: string, shown: string, problems: string[]): string | undefined {
  if (text.includes(':')) {
    problems.push(`${shown} has a password in it: ssh takes keys, from an agent or --ssh-key`);
    return undefined;
  }
  const user = decode(text);
  const problem = user === undefined ? `"${text}" is not properly encoded` : userProblem(user);
  if (problem !== undefined) problems.push(`${shown}: ${problem}`);
  return user;
}

function readHost(
  text: string,
  shown: string,
  problems: string[],
): { host: string; port?: number | undefined } {
  if (isIPv6(text)) {
    problems.push(`${shown} has an IPv6 address without brackets: write ssh://[${text}]`);
    return { host: text };
  }
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text);
  if (!parts) {
    problems.push(`${shown} is not of the form ${FORM}`);
    return { host: '' };
  }
  const [, bracketed, name, port] = parts;
  if (bracketed !== undefined) {
    // %25 is how a URL writes the % before the zone of a link-local address.
    const address = bracketed.replace(/%25/, '%');
    const [, zone] = address.split('%');
    if (!isIPv6(address) || (zone !== undefined && !ZONE.test(zone))) {
      problems.push(`${shown} has "${bracketed}" in brackets, which is not an IPv6 address`);
    }
    return { host: address, port: readPort(port, shown, problems) };
  }
  if (name === undefined || name === '') problems.push(`${shown} names no host`);
  else if (!HOST.test(name)) problems.push(`${shown}: "${name}" cannot be the name of a host`);
  return { host: name ?? '', port: readPort(port, shown, problems) };
}

function readPort(text: string | undefined, shown: string, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  problems.push(`${shown}: "${text}" is not a port; ports are 1 to 65535`);
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
