/** One wish such as `region==us*`, `node!=n1` or `storage==~ssd`, where `~` makes it soft. */
export interface Expr {
  key: string;
  operator: '==' | '!=';
  value: string;
  soft: boolean;
}

const keyPattern = /^[A-Za-z_][\w.-]+$/;
const valuePattern = /^[=!/]?~?[\w\s:.*?+()[\]/\\^$|-]+$/;

export function parseExpr(text: string): Expr {
  const operator = text.includes('==') ? '==' : '!=';
  const at = text.indexOf(operator);
  if (at < 0) throw new Error('One of operator ==, != is expected');
  const key = text.slice(0, at);
  const value = text.slice(at + operator.length);
  if (!keyPattern.test(key)) throw new Error(`Key '${key}' is invalid`);
  if (!valuePattern.test(value)) throw new Error(`Value '${value}' is invalid`);
  return { key, operator, value: value.replace(/^~+/, ''), soft: value.startsWith('~') };
}

export function formatExpr({ key, operator, value }: Expr): string {
  return `${key}${operator}${value}`;
}

/** `*` stands for anything, `/…/` is a regular expression. */
export function matchesExpr(expr: Expr, values: readonly string[]): boolean {
  const pattern = toPattern(expr.value);
  const found = pattern !== undefined && values.some((value) => pattern.test(value));
  return expr.operator === '==' ? found : !found;
}

function toPattern(value: string): RegExp | undefined {
  const isRegExp = value.length > 1 && value.startsWith('/') && value.endsWith('/');
  try {
    return new RegExp(isRegExp ? value.slice(1, -1) : `^${value.replaceAll('*', '.*')}$`);
  } catch {
    return undefined;
  }
}
