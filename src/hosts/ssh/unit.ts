import { splitWords } from './systemd-words.ts';

/** A file that makes up a unit. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/** The assignments of `[Service]` with a name, in order; an empty one takes back those before it. */
function assignments({ text }: UnitFile, name: string): string[] {
  const values: string[] = [];
  let inService = false;
  let carried = '';
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue;
    const whole = carried + line;
    if (whole.endsWith('\\')) {
      carried = `${whole.slice(0, -1)} `;
      continue;
    }
    carried = '';
    const section = /^\s*\[(.*)\]\s*$/.exec(whole)?.[1];
    if (section !== undefined) inService = section === 'Service';
    const [, key, value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(whole) ?? [];
    if (inService && key === name) values.push(value);
  }
  return values;
}

/** What counts of a setting that is a list, from the files in the order in which they count. */
function listed(files: readonly UnitFile[], name: string): string[] {
  let values: string[] = [];
  for (const value of files.flatMap((file) => assignments(file, name))) {
    values = value === '' ? [] : [...values, value];
  }
  return values;
}

/** The words of the command line that the files of a unit end up with; empty when there is none. */
export function commandOf(files: readonly UnitFile[]): string[] {
  return splitWords(listed(files, 'ExecStart').at(-1) ?? '');
}

export function hasCommand(file: UnitFile): boolean {
  return assignments(file, 'ExecStart').length > 0;
}

/** The variables that a unit sets, by itself and by files of variables, the last counting most. */
export function variablesOf(
  files: readonly UnitFile[],
  environmentFiles: readonly string[],
): Map<string, string> {
  const inUnit = listed(files, 'Environment').flatMap(splitWords);
  const inFiles = environmentFiles.flatMap((text) =>
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [`${name}=${withoutQuotes(value.trim())}`];
    }),
  );
  return new Map(
    [...inUnit, ...inFiles].map((entry) => {
      const [name = '', ...value] = entry.split('=');
      return [name, value.join('=')] as const;
    }),
  );
}

function withoutQuotes(value: string): string {
  const [, , inside] = /^(["'])(.*)\1$/s.exec(value) ?? [];
  return (inside ?? value).replaceAll(/\\(["\\`$])/g, '$1');
}

/** Words with the values of variables, as systemd.service(5) has it: `$A` alone becomes several. */
export function expand(words: readonly string[], variables: ReadonlyMap<string, string>): string[] {
  return words.flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (alone !== undefined) return splitWords(variables.get(alone) ?? '');
    const whole = word.replaceAll(/\$(?:\$|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (all, a, b) => {
      if (all === '$$') return '$';
      return variables.get((a ?? b) as string) ?? '';
    });
    return [whole.replaceAll('%%', '%')];
  });
}
