import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isToken, newToken, readTokenFile } from '../../../src/token-service/token.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { OTHER, TOKEN } from './support.ts';

async function read(text: string) {
  const file = path.join(await temporaryFolder(), 'tokens');
  await writeFile(file, text);
  return readTokenFile(file);
}

it('makes different ones of 32 lower-case hexadecimal digits', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(isToken(token)).toBe(true);
});

it('reads one a line, whatever ends the lines', async () => {
  expect(await read(`${TOKEN}\r\n\n${OTHER}`)).toEqual([TOKEN, OTHER]);
  expect(await read(`${TOKEN}\n${TOKEN}\n`)).toEqual([TOKEN]);
});

it.each([
  ['an upper-case token', TOKEN.toUpperCase()],
  ['a short one', TOKEN.slice(1)],
  ['one with a blank', `${TOKEN} `],
  ['a comment', '# mine'],
])('refuses a file with %s, without repeating it', async (_what, line) => {
  const failure = await read(`${OTHER}\n${line}\n`).then(String, String);
  expect(failure).toMatch(/ServiceError: line 2 of the token file .* is not a token/);
  expect(failure).not.toContain(line);
});

it('refuses a file that is empty or missing', async () => {
  await expect(read('\n')).rejects.toThrow('holds no token');
  await expect(readTokenFile('/nowhere')).rejects.toThrow('cannot read the token file: ENOENT');
});
