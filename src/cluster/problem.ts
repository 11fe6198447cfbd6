/** What is wrong with a spec, and which part of it that is. */
export interface SpecProblem {
  /** The flag of `create` that says it, or `name`. */
  readonly setting: string;
  /** Which of several values. */
  readonly index?: number;
  /** Which part of that value, of a host. */
  readonly within?: Within;
  /** Names the value and the rule. */
  readonly sentence: string;
}

/** What only a cluster file can say of a host. */
export interface Within {
  /** Dotted, below the host's entry: `engine.labels`. */
  readonly key: string;
  /** Which of several values there. */
  readonly index?: number;
}

/** The problem of a sentence that begins with its flag, or its place as in `hosts[1].tls.ca`. */
export function asProblem(sentence: string): SpecProblem {
  const [, host, key] = /^hosts\[(\d+)\](?:\.([a-z.]+))?/.exec(sentence) ?? [];
  if (host !== undefined) {
    return {
      setting: 'host',
      index: Number(host),
      ...(key !== undefined && { within: { key } }),
      sentence,
    };
  }
  return { setting: /^--([a-z-]+)/.exec(sentence)?.[1] ?? '', sentence };
}
