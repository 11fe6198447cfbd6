import { isIP } from 'node:net';
import { parseSshUrl, type SshTarget } from '../ssh/target.ts';
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
const TLS_PORT = 2376;

/** Reads the URL of a host; what is wrong with it comes as sentences. */
export function parseHostUrl(text: string): HostUrl | Problems {
  if (text === 'local') return { kind: 'local' };
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case 'ssh': {
      const target = parseSshUrl(text);
      return 'problems' in target ? target : { kind: 'ssh', target };
    }
    case 'tcp':
      return parseTcp(text, rest);
    case 'context':
      return /^[\w][\w.+-]*$/.test(rest)
        ? { kind: 'context', name: rest }
        : { problems: [`"${rest}" cannot be the name of a docker context`] };
    case undefined:
      return { problems: [`"${text}" has no scheme: ${suggestion(text)}`] };
    default:
      return { problems: [`"${text}": hosts are ${FORMS}`] };
  }
}

/** What was probably meant. */
function suggestion(text: string): string {
  const meant = parseSshUrl(`ssh://${text}`);
  return 'problems' in meant ? `hosts are ${FORMS}` : `did you mean ssh://${text}?`;
}

function parseTcp(text: string, rest: string): HostUrl | Problems {
  const match = /^(?:\[([^\]]*)\]|([^:[\]/]*))(?::(\d{1,5}))?\/?$/.exec(rest);
  const [, inBrackets, plain, digits = String(TLS_PORT)] = match ?? [];
  const host = inBrackets ?? plain ?? '';
  const port = Number(digits);
  const valid = inBrackets === undefined ? isIP(host) === 4 || isDnsName(host) : isIP(host) === 6;
  if (!match || !valid) {
    return { problems: [`"${text}" is not of the form tcp://host[:port]`] };
  }
  if (port < 1 || port > 65_535) return { problems: [`"${text}": ${digits} is not a port`] };
  return { kind: 'tcp', host, port };
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

function bracketed(host: string): string {
  return host.includes(':') ? `[${host.replace('%', '%25')}]` : host;
}
