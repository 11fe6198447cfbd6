import { isIP } from 'node:net';
import { parseSshUrl, type SshTarget } from '../ssh/target.ts';
import { closest } from '../util/closest.ts';
import { isDnsName } from '../util/dns-name.ts';

/** A host as the person names it. */
export type HostUrl =
  | { readonly kind: 'local' }
  | { readonly kind: 'ssh'; readonly target: SshTarget }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A context of the docker CLI. */
  | { readonly kind: 'context'; readonly name: string };

interface Problems {
  readonly problems: readonly string[];
}

const FORMS = 'ssh://user@host[:port], tcp://host[:port], context://NAME or local';
const SCHEMES = ['ssh', 'tcp', 'context'];
const TLS_PORT = 2376;

/** Reads the URL of a host; what is wrong with it comes as sentences. */
export function parseHostUrl(text: string): HostUrl | Problems {
  const known = SCHEMES.some((scheme) => text.startsWith(`${scheme}://`));
  if (text === 'local' || known) return parseKnown(text);
  return { problems: [`"${sayUrl(text)}" is not the URL of a host: ${suggestion(text)}`] };
}

function parseKnown(text: string): HostUrl | Problems {
  if (text === 'local') return { kind: 'local' };
  const [scheme, rest = ''] = text.split(/:\/\/(.*)/s);
  if (scheme === 'ssh') {
    const target = parseSshUrl(text);
    return 'problems' in target ? target : { kind: 'ssh', target };
  }
  if (scheme === 'tcp') return parseTcp(text, rest);
  return /^\w[\w.+-]*$/.test(rest)
    ? { kind: 'context', name: rest }
    : { problems: [`"${text}": "${rest}" cannot be the name of a docker context`] };
}

/** What was probably meant. */
function suggestion(text: string): string {
  const meant = meantBy(text);
  return meant === undefined ? `hosts are ${FORMS}` : `did you mean ${meant}?`;
}

function meantBy(text: string): string | undefined {
  if (/^localhost$/i.test(text) || closest(text, ['local']) !== undefined) return 'local';
  return guesses(text).find((guess) => !('problems' in parseKnown(guess)));
}

function guesses(text: string): string[] {
  const [word = '', rest] = text.split(/:\/\/(.*)/s);
  if (rest !== undefined) {
    const scheme = /^https?$/i.test(word) ? 'tcp' : closest(word, SCHEMES);
    return scheme === undefined ? [] : [`${scheme}://${rest}`];
  }
  if (isIP(text) === 6) return [`ssh://[${text}]`];
  return /:237[56]$/.test(text) ? [`tcp://${text}`] : [`ssh://${text}`];
}

function parseTcp(text: string, rest: string): HostUrl | Problems {
  const wrong = (why: string) => ({ problems: [`"${sayUrl(text)}" ${why}`] });
  if (isIP(rest) === 6) return wrong(`has an IPv6 address without brackets: write tcp://[${rest}]`);
  if (rest.includes('@')) return wrong('names a user: engines at tcp:// take certificates');
  const [authority = '', ...path] = rest.split(/(?=[/?#])/);
  if (!/^\/?$/.test(path.join(''))) {
    return wrong('goes on after the port: give tcp://host[:port] only');
  }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d+))?$/.exec(authority);
  if (!match) return wrong('is not of the form tcp://host[:port]');
  const [, inBrackets, plain, digits = String(TLS_PORT)] = match;
  const host = inBrackets ?? plain ?? '';
  const valid =
    inBrackets === undefined
      ? isIP(host) === 4 || (isDnsName(host) && !host.includes('*'))
      : isIP(host) === 6 && !host.includes('%');
  if (!valid) return wrong('is not of the form tcp://host[:port]');
  const port = Number(digits);
  if (port < 1 || port > 65_535) return wrong(`has the port ${digits}; ports are 1 to 65535`);
  return { kind: 'tcp', host: host.toLowerCase(), port };
}

/** The URL in the one form by which hosts are compared and kept. */
export function hostUrl(url: HostUrl): string {
  switch (url.kind) {
    case 'local':
      return 'local';
    case 'ssh': {
      const { user, host, port } = url.target;
      const name = user === undefined ? '' : `${encodeURIComponent(user)}@`;
      return `ssh://${name}${bracketed(host)}${port === undefined ? '' : `:${String(port)}`}`;
    }
    case 'tcp':
      return `tcp://${bracketed(url.host)}:${String(url.port)}`;
    case 'context':
      return `context://${url.name}`;
  }
}

/** What an ssh URL may leave out; the names are those of the flags. */
export interface SshDefaults {
  readonly 'ssh-user'?: string | undefined;
  readonly 'ssh-port'?: number | undefined;
}

/** An ssh URL with user and port where it says nothing of them itself. */
export function withSshDefaults(url: HostUrl, defaults: SshDefaults): HostUrl {
  if (url.kind !== 'ssh') return url;
  const { host, user = defaults['ssh-user'], port = defaults['ssh-port'] } = url.target;
  return {
    kind: 'ssh',
    target: { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) },
  };
}

/** What was given for a URL, as it may be shown: without a password. */
export function sayUrl(text: string): string {
  return text.replace(/^((?:[a-z]+:\/\/)?[^/@:]*):.*@/s, '$1:[redacted]@');
}

/** IPv6 addresses in their one short form (RFC 5952), as URLs have them. */
function bracketed(host: string): string {
  if (!host.includes(':')) return host;
  const [address = '', zone] = host.split('%');
  const short = new URL(`http://[${address}]`).hostname;
  return zone === undefined ? short : `${short.slice(0, -1)}%25${zone}]`;
}
