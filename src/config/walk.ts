import path from 'node:path';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter, ParsedNode, YAMLMap } from 'yaml';
import { closest } from '../util/closest.ts';
import { expand } from './expand.ts';
import type { Place, PlacedProblem } from './place.ts';
import type { Settings } from './settings.ts';
import { allKeys, type Form, type Leaf, type Mapping } from './shape.ts';

/** Version of the format; a later one is another format. */
const VERSION = 1;

const WANTED = {
  text: 'a text',
  path: 'a text',
  switch: 'true or false',
  count: 'a whole number',
  texts: 'a list',
  paths: 'a list',
  pairs: 'a list of NAME=VALUE or a mapping',
} satisfies Record<Exclude<Form, 'version'>, string>;

type Node = ParsedNode | null;

interface Value {
  readonly value: string | number | boolean | readonly string[];
  /** Where the items of a list stand. */
  readonly items?: readonly number[];
}

/** Goes through the document along the shape, and gathers settings, places and problems. */
export class Walk {
  readonly problems: PlacedProblem[] = [];
  readonly #settings: Record<string, string | number | boolean | readonly string[]> = {};
  readonly #offsets = new Map<string, readonly number[]>();
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #shape: Mapping;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(
    file: string,
    document: Document.Parsed,
    lines: LineCounter,
    shape: Mapping,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
    this.#shape = shape;
    this.#env = env;
  }

  /** Only settings of the form that their key asks for are in it. */
  get settings(): Partial<Settings> {
    return this.#settings as Partial<Settings>;
  }

  place(setting: string, index?: number): Place | undefined {
    const offsets = this.#offsets.get(setting);
    const [own] = offsets ?? [];
    const offset = index === undefined ? own : (offsets?.[index + 1] ?? own);
    return offset === undefined ? undefined : this.#placeOf(offset);
  }

  report(offset: number, sentence: string): void {
    this.problems.push({ ...this.#placeOf(offset), sentence });
  }

  root(): void {
    const { contents } = this.#document;
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      this.report(0, 'the file is empty; swarmctl init writes one');
    } else if (!isMap(contents)) {
      this.report(contents.range[0], `a cluster file is a mapping, and this is ${say(contents)}`);
    } else if (this.#knowsVersion(contents)) {
      this.#mapping('', this.#shape, contents);
      if (isNothing(valueOf(contents, 'name'))) this.report(0, 'name is missing');
    }
  }

  /** Of a later version nothing else can be said. */
  #knowsVersion(contents: YAMLMap.Parsed): boolean {
    const version = valueOf(contents, 'version');
    if (isNothing(version)) {
      this.report(0, `version is missing: begin the file with "version: ${String(VERSION)}"`);
      return true;
    }
    const value = isScalar(version) ? version.value : undefined;
    if (value === VERSION) return true;
    const hint = value === String(VERSION) ? ': leave the quotes out' : '';
    const knows = `this swarmctl knows ${String(VERSION)} only`;
    this.report(version.range[0], `version is ${say(version)}, and ${knows}${hint}`);
    return typeof value !== 'number';
  }

  #mapping(path: string, shape: Mapping, map: YAMLMap.Parsed): void {
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      const below = name !== undefined && Object.hasOwn(shape.keys, name) && shape.keys[name];
      if (name === undefined || !below) {
        this.report(key.range[0], this.#unknown(path, name ?? '?', shape));
        continue;
      }
      // The second of two is told as such already.
      if (seen.has(name)) continue;
      seen.add(name);
      const place = key.range[0];
      if (below.form === 'mapping') this.#below(path + name, below, value, place);
      else this.#leaf(path + name, below, value, place);
    }
  }

  /** A mapping below a key, or the single value that may stand for it. */
  #below(path: string, shape: Mapping, given: Node, place: number): void {
    const node = this.#resolve(given);
    if (isNothing(node)) return;
    if (isMap(node)) {
      this.#mapping(`${path}.`, shape, node);
      this.#oneOf(path, node);
    } else if (shape.short && isScalar(node)) {
      this.#leaf(path, shape.short, node, place);
    } else {
      const what = shape.short ? 'a text or a mapping' : 'a mapping';
      this.report(node.range[0], `${path} must be ${what}, and is ${say(node)}`);
    }
  }

  /** Of discovery: what it is has two names, of which one has to be there. */
  #oneOf(path: string, map: YAMLMap.Parsed): void {
    if (path !== 'discovery') return;
    const given = map.items.filter(
      ({ key, value }) =>
        isScalar(key) && /^(kind|url)$/.test(String(key.value)) && !isNothing(value),
    );
    if (given.length === 0) this.report(map.range[0], 'discovery needs kind or url');
    for (const { key } of given.slice(1)) {
      this.report(key.range[0], 'discovery takes kind or url, not both');
    }
  }

  #leaf(path: string, leaf: Leaf, given: Node, place: number): void {
    if (leaf.form === 'version') return;
    const node = this.#resolve(given);
    // A key whose value is commented out says nothing.
    if (isNothing(node)) return;
    const read = this.#value(path, leaf.form, node);
    if (!read) return;
    this.#settings[leaf.setting] = read.value;
    this.#offsets.set(leaf.setting, [place, ...(read.items ?? [])]);
  }

  #value(path: string, form: Exclude<Form, 'version'>, node: ParsedNode): Value | undefined {
    switch (form) {
      case 'switch':
        if (isScalar(node) && typeof node.value === 'boolean') return { value: node.value };
        break;
      case 'count':
        if (isScalar(node) && typeof node.value === 'number' && Number.isInteger(node.value)) {
          return { value: node.value };
        }
        break;
      case 'text':
      case 'path': {
        const value = this.#text(path, node);
        return value === undefined ? undefined : { value: this.#located(form, value) };
      }
      case 'pairs':
        if (isMap(node)) return this.#pairs(path, node);
        if (isSeq(node)) return this.#list(path, form, node.items);
        break;
      case 'texts':
      case 'paths':
        if (isSeq(node)) return this.#list(path, form, node.items);
    }
    this.#wrong(path, WANTED[form], node);
    return undefined;
  }

  #list(path: string, form: Form, nodes: readonly Node[]) {
    const items = nodes.flatMap((given, index) => {
      const node = this.#resolve(given);
      if (!node) return [];
      const text = this.#text(`${path}[${String(index)}]`, node);
      return text === undefined ? [] : [{ text: this.#located(form, text), at: node.range[0] }];
    });
    return { value: items.map(({ text }) => text), items: items.map(({ at }) => at) };
  }

  /** `region: eu` as `region=eu`, and `ipv6:` as `ipv6`; numbers stay as they are written. */
  #pairs(path: string, map: YAMLMap.Parsed) {
    const items = map.items.flatMap(({ key, value }) => {
      const node = this.#resolve(value);
      if (!isScalar(key) || node === undefined) return [];
      const name = String(key.value);
      if (isNothing(node)) return [{ text: name, at: key.range[0] }];
      if (!isScalar(node)) {
        this.#wrong(`${path}.${name}`, 'a single value', node);
        return [];
      }
      const text =
        typeof node.value === 'string' ? this.#expanded(node.range[0], node.value) : node.source;
      return text === undefined ? [] : [{ text: `${name}=${text}`, at: key.range[0] }];
    });
    return { value: items.map(({ text }) => text), items: items.map(({ at }) => at) };
  }

  #text(path: string, node: ParsedNode): string | undefined {
    if (isScalar(node) && typeof node.value === 'string') {
      return this.#expanded(node.range[0], node.value);
    }
    const quote = isScalar(node) && node.value !== null ? ': put it in quotes' : '';
    this.#wrong(path, WANTED.text, node, quote);
    return undefined;
  }

  #expanded(offset: number, text: string): string | undefined {
    const { value, problems } = expand(text, this.#env);
    for (const problem of problems) this.report(offset, problem);
    return problems.length === 0 ? value : undefined;
  }

  /** Paths are meant from where the file is. */
  #located(form: Form, text: string): string {
    return form === 'path' || form === 'paths'
      ? path.resolve(path.dirname(this.#file), text)
      : text;
  }

  #wrong(path: string, what: string, node: ParsedNode, hint = ''): void {
    this.report(node.range[0], `${path} must be ${what}, and is ${say(node)}${hint}`);
  }

  #unknown(path: string, name: string, shape: Mapping): string {
    const near = closest(name, Object.keys(shape.keys));
    const there = near === undefined ? undefined : path + near;
    // `strategy` at the top was meant for swarm.
    const elsewhere = allKeys(this.#shape).find((key) => key.endsWith(`.${name}`));
    const meant = there ?? elsewhere;
    const where = path === '' ? '' : ` in ${path.slice(0, -1)}`;
    return meant === undefined
      ? `${name} is unknown${where}; known: ${Object.keys(shape.keys).join(', ')}`
      : `${name} is unknown${where}; did you mean ${meant}?`;
  }

  /** What an alias stands for; undefined, and told, when there is no such anchor. */
  #resolve(node: Node): Node | undefined {
    if (!isAlias(node)) return node;
    const found = node.resolve(this.#document) as ParsedNode | undefined;
    if (found) return found;
    this.report(node.range[0], `*${node.source} stands for nothing: there is no &${node.source}`);
    return undefined;
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/** What stands at a key; undefined when the key is not there. */
function valueOf(map: YAMLMap.Parsed, name: string): Node | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)?.value;
}

function isNothing(node: Node | undefined): node is null | undefined {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** What something is, without what may be secret in it. */
function say(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return value === null ? 'empty' : 'a text';
}
