/** The `filters` parameter, in its present form (a map of sets) and its old one (lists). */
export class Filters {
  readonly #values: Record<string, string[]>;

  constructor(values: Record<string, string[]>) {
    this.#values = values;
  }

  static parse(parameter: string | null): Filters {
    if (!parameter) return new Filters({});
    const parsed = JSON.parse(parameter) as Record<string, string[] | Record<string, boolean>>;
    return new Filters(
      Object.fromEntries(
        Object.entries(parsed).map(([key, set]) => [
          key,
          Array.isArray(set) ? set : Object.keys(set).filter((value) => set[value]),
        ]),
      ),
    );
  }

  get(key: string): string[] {
    return this.#values[key] ?? [];
  }

  has(key: string): boolean {
    return key in this.#values;
  }

  /** A value is a regular expression; an empty filter lets everything pass. */
  matches(key: string, text: string): boolean {
    const values = this.get(key);
    return values.length === 0 || values.some((value) => value === text || isFound(value, text));
  }

  matchesExactly(key: string, text: string): boolean {
    const values = this.get(key);
    return values.length === 0 || values.includes(text);
  }

  /** All of them must hold: `key` alone or `key=value`. */
  matchesLabels(labels: Record<string, string>): boolean {
    return this.get('label').every((wanted) => {
      const [key = '', ...value] = wanted.split('=');
      if (!Object.hasOwn(labels, key)) return false;
      return value.length === 0 || labels[key] === value.join('=');
    });
  }
}

function isFound(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}
