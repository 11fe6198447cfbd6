import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ServiceError, reasonOf } from './refusal.ts';

const TOKEN = /^[0-9a-f]{32}$/;

/** A token that nobody guesses: 128 random bits as 32 lower-case hexadecimal digits. */
export function newToken(): string {
  return randomBytes(16).toString('hex');
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What may be said of a token in a log: whoever knows all of it controls the cluster's nodes. */
export function shortToken(token: string): string {
  return `${token.slice(0, 6)}…`;
}

/**
 * The tokens of a file, one a line; empty lines are skipped.
 * @throws {ServiceError} when the file cannot be read or holds anything else
 */
export async function readTokenFile(file: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ServiceError(`cannot read the token file: ${reasonOf(error)}`, error);
  }
  const tokens: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    if (!isToken(line)) {
      // What stands there is not repeated: it may be a token with a slip in it.
      throw new ServiceError(
        `line ${index + 1} of the token file ${file} is not a token: 32 digits of 0-9 and a-f are needed`,
      );
    }
    tokens.push(line);
  }
  if (tokens.length === 0) throw new ServiceError(`the token file ${file} holds no token`);
  return [...new Set(tokens)];
}
