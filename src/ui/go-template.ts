import { SwarmctlError } from '../errors.ts';
import { closest } from '../util/closest.ts';

/** A text with fields of a value filled in. */
type Template = (value: unknown) => string;

const KNOWN = '{{.field.field}}, {{json .field}} and {{prettyjson .field}}';

const ACTION = /\{\{-?\s*(?:(?<call>json|prettyjson)\s+)?(?<path>\.[\w.-]*)\s*-?\}\}/y;

/**
 * Reads what docker's users write for `--format`, as far as a program other than Go can: fields, by
 * whatever case their names are written in, and the functions `json` and `prettyjson`. Fails on the
 * rest of Go's templates.
 */
export function parseTemplate(text: string): Template {
  const parts: Template[] = [];
  let at = 0;
  while (at < text.length) {
    const begin = text.indexOf('{{', at);
    const literal = unescaped(text.slice(at, begin < 0 ? undefined : begin));
    if (literal !== '') parts.push(() => literal);
    if (begin < 0) break;
    ACTION.lastIndex = begin;
    const found = ACTION.exec(text);
    if (!found?.groups) throw unknownAction(text.slice(begin));
    const { call, path = '' } = found.groups;
    parts.push((value) => show(fieldAt(value, path), call));
    at = ACTION.lastIndex;
  }
  return (value) => parts.map((part) => part(value)).join('');
}

/** `table {{.Name}}\t{{.Health}}`: a header and columns; anything else: a line for each value. */
export function renderEach(format: string, values: readonly unknown[]): TableOrLines {
  const [, columns] = /^table\s+(.*)$/s.exec(format) ?? [];
  if (columns === undefined) return { lines: values.map(parseTemplate(format)) };
  const texts = columns.split(/\\t|\t/);
  const templates = texts.map(parseTemplate);
  return {
    header: texts.map(headerOf),
    rows: values.map((value) => templates.map((template) => template(value))),
  };
}

type TableOrLines =
  | { readonly lines: readonly string[] }
  | { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

function headerOf(column: string): string {
  return column.replaceAll(/\{\{[^}]*?\.?([\w-]*)\s*-?\}\}/g, (_action, name: string) =>
    name.toUpperCase(),
  );
}

/** Shells hand `\t` on as it is typed. */
function unescaped(text: string): string {
  return text.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}

function unknownAction(rest: string): SwarmctlError {
  const end = rest.indexOf('}}');
  const action = end < 0 ? rest : rest.slice(0, end + 2);
  return new SwarmctlError('USAGE', `--format: ${action} is not understood`, {
    suggestions: [`known are ${KNOWN}`, 'for more than that, --json and jq'],
  });
}

function fieldAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.').filter(Boolean)) {
    const fields = typeof found === 'object' && found !== null ? Object.entries(found) : [];
    const field = fields.find(([key]) => key.toLowerCase() === name.toLowerCase());
    if (!field) {
      const meant = closest(
        name,
        fields.map(([key]) => key),
      );
      throw new SwarmctlError(
        'USAGE',
        `--format: there is no ${name} in ${path}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        { suggestions: ["--format '{{json .}}' shows what there is"] },
      );
    }
    found = field[1];
  }
  return found;
}

function show(value: unknown, call: string | undefined): string {
  if (call === 'prettyjson') return JSON.stringify(value, null, 4);
  if (call === undefined && typeof value === 'string') return value;
  // What Go says of a field without a value.
  if (call === undefined && (value === null || value === undefined)) return '<no value>';
  return JSON.stringify(value);
}
