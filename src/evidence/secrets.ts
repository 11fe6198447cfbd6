import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { redact } from '../util/redact.ts';

/** Shorter texts would be found everywhere, and are no secrets. */
const SHORTEST = 6;
/** Bytes; images that were saved on the way lie in the folder as well. */
const LARGEST = 256 * 1024;

/** Names of what has a secret value, in any case of letters, and in capitals. */
const NAME = String.raw`\w*(?:password|passwd|secret|token|credential)\w*|\w+_key`;
const CAPITALS = String.raw`[A-Z0-9_]*KEY[A-Z0-9_]*`;
/** Up to the quote that ends a text in JSON, or to the end of what was cut off. */
const IN_JSON = String.raw`(?:[^"\\]|\\.)*`;

const PATTERNS: readonly [RegExp, string][] = [
  // "token": "…" of a record, "auth": "…" of Docker's config.json. A fingerprint may stay.
  [
    new RegExp(String.raw`("(?:${NAME}|auth|key)"\s*:\s*")(?!sha256:)${IN_JSON}`, 'gi'),
    '$1[redacted]',
  ],
  // "NAME=VALUE" of an environment, blanks and all.
  [new RegExp(`("(?:${NAME})=)${IN_JSON}`, 'gi'), '$1[redacted]'],
  [new RegExp(`("(?:${CAPITALS})=)${IN_JSON}`, 'g'), '$1[redacted]'],
  [new RegExp(String.raw`\b((?:${NAME})=)("[^"]*"|'[^']*'|[^\s"']+)`, 'gi'), '$1[redacted]'],
  [new RegExp(String.raw`\b((?:${CAPITALS})=)("[^"]*"|'[^']*'|[^\s"']+)`, 'g'), '$1[redacted]'],
  [
    /((?:authorization|x-registry-(?:auth|config))["\]]*\s*[:=]\s*["[]*)(?:(?:basic|bearer|digest)\s+)?(?!redacted\])[^\s"[\]]+/gi,
    '$1[redacted]',
  ],
];

/** Takes out what looks like a secret, and the texts that are known to be some. */
export function redactor(known: readonly string[]): (text: string) => string {
  const spellings = known
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  // The longest first: a secret may be a part of another one.
  const all = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return (text) => {
    const unknown = all.reduce(
      (clean, secret) => clean.replaceAll(secret, '[redacted]'),
      redact(text),
    );
    return PATTERNS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), unknown);
  };
}

/** The secrets in the files below a folder: lines of private keys, and tokens of a record. */
export async function secretsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => secretsOf(await smallText(path.join(folder, entry)))),
  );
  return found.flat();
}

async function smallText(file: string): Promise<string> {
  try {
    const facts = await lstat(file);
    return facts.isFile() && facts.size <= LARGEST ? await readFile(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** Of a key every line: a log may hold a part of it. */
function secretsOf(text: string): string[] {
  const keys = text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]*?)(?:-----END|$)/g);
  const tokens = text.matchAll(/"(?:token|discoveryToken)"\s*:\s*"([^"]+)/g);
  return [
    ...[...keys].flatMap(([, body = '']) => body.split(/\s+|\\n/)),
    ...[...tokens].map(([, token = '']) => token).filter((token) => !token.startsWith('sha256:')),
  ];
}

/** Of `NAME=VALUE` the values of those whose names say that they are secret, and of proxies. */
export function secretValues(environment: readonly string[]): string[] {
  const telling = new RegExp(`^(?:(?:${NAME})|\\w*key\\w*)$`, 'i');
  return environment.flatMap((entry) => {
    const [name = '', ...rest] = entry.split('=');
    const value = rest.join('=');
    if (telling.test(name)) return [value];
    const login = /^\w+:\/\/(.*)@/.exec(value)?.[1];
    return login === undefined ? [] : [login, login.replace(/^[^:]*:/, '')];
  });
}
