/** Single letters after a backslash (systemd.syntax(7)); `\s` is a blank. */
const ESCAPES: Record<string, string> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', s: ' ' },
  ...{ '\\': '\\', '"': '"', "'": "'" },
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|([^]))/gy;

/**
 * The words of a command line in a unit, without quotes and escapes. `$` and `%` stay as they are:
 * systemd looks at them after it has split the line.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (letter === '\\') {
      ESCAPE.lastIndex = at;
      const [all, hex, octal, unicode, single] = ESCAPE.exec(line) ?? ['\\'];
      const code = hex ?? unicode;
      if (code !== undefined) word = (word ?? '') + String.fromCharCode(parseInt(code, 16));
      else if (octal !== undefined) word = (word ?? '') + String.fromCharCode(parseInt(octal, 8));
      else word = (word ?? '') + (ESCAPES[single ?? ''] ?? all);
      at += all.length - 1;
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else word = (word ?? '') + letter;
    } else if (letter === '"' || letter === "'") {
      // Only at the start of a word, but nobody writes one in the middle and means the letter.
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A word as it is written in a unit; `$` and `%` keep their meaning there. */
export function quoteWord(word: string): string {
  if (/^[\w@%+=:,./${}-]+$/.test(word)) return word;
  const escaped = word
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(/[\x00-\x1f\x7f]/g, (letter) => {
      return `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
    });
  return `"${escaped}"`;
}

/** Text that systemd shall neither expand as a variable nor as a specifier. */
export function literal(text: string): string {
  return text.replaceAll('%', '%%').replaceAll('$', '$$$$');
}

/** A line of an EnvironmentFile (systemd.exec(5)). */
export function environmentLine(entry: string): string {
  const [name = '', ...rest] = entry.split('=');
  return `${name}="${rest.join('=').replaceAll(/["\\`$]/g, String.raw`\$&`)}"\n`;
}
