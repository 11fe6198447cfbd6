/** What look.sh said: parts with a name, each after a line that begins with a mark. */
export class Report {
  readonly #parts: readonly (readonly [name: string, ...values: string[]])[];

  constructor(text: string, mark: string) {
    // Before the first one a login shell may have written something of its own.
    const [, ...parts] = text.split(`\n${mark} `);
    this.#parts = parts.map((part) => {
      const [, name = '', value, body = ''] = /^(\S*)(?: (.*))?(?:\n([^]*))?$/.exec(part) ?? [];
      return value === undefined ? [name, body] : [name, value, body];
    });
  }

  /** The first value of the first part with a name; undefined when there is none. */
  text(name: string): string | undefined {
    const part = this.#parts.find(([first]) => first === name);
    return part && (part[1] ?? '');
  }

  /** The same as one line. */
  line(name: string): string {
    return (this.text(name) ?? '').trim();
  }

  has(name: string): boolean {
    return this.text(name) !== undefined;
  }

  /** The values of every part with a name: of a unit its path, and what is in it. */
  all(name: string): string[][] {
    return this.#parts.filter(([first]) => first === name).map(([, ...values]) => values);
  }
}
