/** `${NAME}`, or `$${` for a `${` that is meant so. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;

/** A text with the environment variables in the place of their names. */
export function expand(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { value: string; problems: string[] } {
  const problems: string[] = [];
  const value = text.replaceAll(REFERENCE, (found, name: string | undefined) => {
    if (name === undefined) return '${';
    if (!/^[A-Za-z_]\w*$/.test(name) || !found.endsWith('}')) {
      problems.push(`${found} is no variable: write \${NAME}, or $\${ for a plain \${`);
      return '';
    }
    const set = env[name];
    if (set === undefined) problems.push(`the environment variable ${name} is not set`);
    return set ?? '';
  });
  return { value, problems };
}
