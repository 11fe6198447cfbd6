/** What look.sh said: lines of a name and values, which are in hexadecimal. */
export class Report {
  readonly #lines: readonly (readonly string[])[];

  constructor(text: string) {
    this.#lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', ...values] = line.split(' ');
        return [name, ...values.map((value) => Buffer.from(value, 'hex').toString('utf8'))];
      });
  }

  /** The first value of the first line with a name; undefined when there is none. */
  text(name: string): string | undefined {
    const line = this.#lines.find(([first]) => first === name);
    return line && (line[1] ?? '');
  }

  /** The same as one line. */
  line(name: string): string {
    return (this.text(name) ?? '').trim();
  }

  has(name: string): boolean {
    return this.text(name) !== undefined;
  }

  /** The values of every line with a name. */
  all(name: string): string[][] {
    return this.#lines.filter(([first]) => first === name).map(([, ...values]) => values);
  }
}
