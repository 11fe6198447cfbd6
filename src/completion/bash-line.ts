/**
 * The words of a command line as far as it is typed, the last of which is empty behind a blank. Bash
 * itself would break words at `=` and `:` as well.
 */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [token, escaped, single, double, blank] of line.matchAll(
    /\\(.)|'([^']*)'?|"((?:[^"\\]|\\.)*)"?|(\s+)|./gs,
  )) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word =
        (word ?? '') + (escaped ?? single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? token);
    }
  }
  return [...words, word ?? ''];
}

/** What of a word Bash leaves alone when it puts in a completion, for it takes it for another word. */
export function leftAlone(word: string, wordBreaks: string): string {
  const at = Math.max(
    ...['=', ':'].map((each) => (wordBreaks.includes(each) ? word.lastIndexOf(each) : -1)),
  );
  return word.slice(0, at + 1);
}
