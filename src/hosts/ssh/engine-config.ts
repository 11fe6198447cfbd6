import { isRepeated, keyOf, readFlags, type Flag, without } from './dockerd-flags.ts';

type Json = Record<string, unknown>;

/** Those that are an object of names and texts in daemon.json. */
const TEXTS = new Set(['log-opt', 'cluster-store-opt']);

/** What dockerd is configured with: its command line and daemon.json, which must not say the same thing. */
export class EngineConfig {
  /** As the person has it. */
  readonly given: readonly Flag[];
  readonly #json: Json;
  readonly #literal: readonly Flag[];
  readonly #command: readonly string[];
  readonly #dropped: Flag[] = [];
  /** What comes to the command line, as `--name=value`. */
  readonly added: string[] = [];
  /** The keys of daemon.json that were changed. */
  readonly changed = new Set<string>();

  constructor(command: readonly string[], expanded: readonly string[], json: Json) {
    this.#command = command;
    this.given = readFlags(expanded);
    this.#literal = readFlags(command);
    this.#json = { ...json };
  }

  /** The person's command line, without what has to give way. */
  get command(): string[] {
    return without(this.#command, this.#dropped);
  }

  get json(): Json {
    return this.#json;
  }

  /** The values of a setting that can have several. */
  list(flag: string): string[] {
    const value = this.#json[keyOf(flag)];
    if (Array.isArray(value)) return value.map(String);
    return this.given.filter(({ name }) => name === flag).map(({ value }) => value);
  }

  /** The value of a setting that has one; undefined when it is left to dockerd. */
  value(flag: string): string | undefined {
    const value = this.#json[keyOf(flag)];
    if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value);
    return this.given.findLast(({ name }) => name === flag)?.value;
  }

  /** Adds to a setting that can have several values: where it is already, and nowhere twice. */
  append(flag: string, value: string): void {
    if (this.list(flag).includes(value)) return;
    const key = keyOf(flag);
    const list = this.#json[key];
    if (Array.isArray(list)) this.#set(key, [...(list as unknown[]), value]);
    else if (!this.added.includes(`--${flag}=${value}`)) this.added.push(`--${flag}=${value}`);
  }

  /** Takes a value out of such a setting; false where that is beyond us. */
  drop(flag: string, value: string): boolean {
    const key = keyOf(flag);
    const list = this.#json[key];
    if (Array.isArray(list)) {
      this.#set(
        key,
        list.filter((entry) => entry !== value),
      );
      return true;
    }
    const found = this.#literal.filter((each) => each.name === flag && each.value === value);
    this.#dropped.push(...found);
    return found.length > 0;
  }

  /** Gives a setting a value in place of whatever it has. */
  replace(flag: string, value: string | true): void {
    if (flag in this.#json) {
      if (this.#json[flag] !== value) this.#set(flag, value);
      return;
    }
    this.#dropped.push(...this.#literal.filter(({ name }) => name === flag));
    this.added.push(value === true ? `--${flag}` : `--${flag}=${value}`);
  }

  /** An `--engine-opt`; when the person has set something else, it stays and that is returned. */
  option(flag: string, value: string): { readonly has: string } | undefined {
    const present = this.#json[keyOf(flag)];
    if (Array.isArray(present)) {
      this.append(flag, value);
      return undefined;
    }
    if (isRecord(present) && TEXTS.has(flag)) return this.#entry(flag, present, value);
    if (isRecord(present)) return { has: JSON.stringify(present) };
    if (isRepeated(flag)) {
      this.append(flag, value);
      return undefined;
    }
    const has = this.value(flag);
    if (has === undefined) this.added.push(`--${flag}=${value}`);
    return has === undefined || has === value ? undefined : { has };
  }

  /** Such as `--log-opt max-size=10m`, where daemon.json has an object of names and values. */
  #entry(flag: string, present: Json, entry: string): { readonly has: string } | undefined {
    const [name = '', ...rest] = entry.split('=');
    const [value, has] = [rest.join('='), present[name]];
    if (has === undefined) this.#set(keyOf(flag), { ...present, [name]: value });
    return has === undefined || has === value
      ? undefined
      : { has: `${name}=${typeof has === 'string' ? has : JSON.stringify(has)}` };
  }

  #set(key: string, value: unknown): void {
    this.#json[key] = value;
    this.changed.add(key);
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the text of daemon.json; undefined when it is no object in JSON. An empty file counts as {}. */
export function readDaemonJson(text: string | undefined): Json | undefined {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
