import path from 'node:path';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter, ParsedNode, YAMLMap, YAMLSeq } from 'yaml';
import { closest } from '../util/closest.ts';
import { expand } from './expand.ts';
import { isNothing, say, valueOf, type Node } from './nodes.ts';
import type { Within } from '../cluster/problem.ts';
import type { Place, PlacedProblem } from './place.ts';
import type { Settings } from './settings.ts';
import { allKeys, type Form, type Leaf, type List, type Mapping } from './shape.ts';

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

interface Value {
  readonly value: string | number | boolean | readonly string[];
  /** Where the items of a list stand. */
  readonly items?: readonly number[];
}

/** What keys are relative to, and where their settings go: the file, or one entry of a list. */
interface Scope {
  /** Before every key in messages: nothing, or `hosts[1].`. */
  readonly prefix: string;
  /** Before every setting in places: nothing, or `host[1].`. */
  readonly place: string;
  readonly shape: Mapping;
  readonly settings: Record<string, unknown>;
}

/** Goes through the document along the shape, and gathers settings, places and problems. */
export class Walk {
  readonly problems: PlacedProblem[] = [];
  readonly #settings: Record<string, unknown> = {};
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

  /** Of a setting, one of its items, or what stands at a key of that item, for one item of it. */
  place(setting: string, index?: number, within?: Within): Place | undefined {
    const deep = within && this.#offsets.get(`${setting}[${String(index)}].${within.key}`);
    const offsets = deep ?? this.#offsets.get(setting);
    const item = deep ? within.index : index;
    const [own] = offsets ?? [];
    const offset = item === undefined ? own : (offsets?.[item + 1] ?? own);
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
      const scope = { prefix: '', place: '', shape: this.#shape, settings: this.#settings };
      this.#mapping(scope, '', this.#shape, contents);
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

  #mapping(scope: Scope, path: string, shape: Mapping, map: YAMLMap.Parsed): void {
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      const below = name !== undefined && Object.hasOwn(shape.keys, name) && shape.keys[name];
      if (name === undefined || !below) {
        this.report(key.range[0], this.#unknown(scope, path, name ?? '?', shape));
        continue;
      }
      // The second of two is told as such already.
      if (seen.has(name)) continue;
      seen.add(name);
      const place = key.range[0];
      if (below.form === 'mapping') this.#below(scope, path + name, below, value, place);
      else if (below.form === 'list') this.#entries(path + name, below, value, place);
      else this.#leaf(scope, path + name, below, value, place);
    }
  }

  /** A mapping below a key, or the single value that may stand for it. */
  #below(scope: Scope, path: string, shape: Mapping, given: Node, place: number): void {
    const node = this.#resolve(given);
    if (isNothing(node)) return;
    if (isMap(node)) {
      this.#mapping(scope, `${path}.`, shape, node);
      this.#oneOf(path, shape, node);
    } else if (shape.short && isScalar(node)) {
      this.#leaf(scope, path, shape.short, node, place);
    } else {
      const what = shape.short ? 'a text or a mapping' : 'a mapping';
      this.report(node.range[0], `${path} must be ${what}, and is ${say(node)}`);
    }
  }

  /** What something is may have several names, of which one has to be there. */
  #oneOf(path: string, { oneOf = [] }: Mapping, map: YAMLMap.Parsed): void {
    if (oneOf.length === 0) return;
    const given = map.items.filter(
      ({ key, value }) => isScalar(key) && oneOf.includes(String(key.value)) && !isNothing(value),
    );
    if (given.length === 0) this.report(map.range[0], `${path} needs ${oneOf.join(' or ')}`);
    for (const { key } of given.slice(1)) {
      this.report(key.range[0], `${path} takes ${oneOf.join(' or ')}, not both`);
    }
  }

  /** Every entry is there, whatever is wrong with it: others are counted from it. */
  #entries(path: string, list: List, given: Node, place: number): void {
    const node = this.#resolve(given);
    if (isNothing(node)) return;
    if (!isSeq(node)) {
      this.#wrong(path, 'a list', node);
      return;
    }
    if (node.items.length === 0) this.report(node.range[0], `${path} must not be empty`);
    this.#settings[list.setting] = node.items.map((each, index) => {
      const scope: Scope = {
        prefix: `${path}[${String(index)}].`,
        place: `${list.setting}[${String(index)}].`,
        shape: list.entry,
        settings: {},
      };
      this.#entry(scope, list.entry, each, node);
      return scope.settings;
    });
    this.#offsets.set(list.setting, [place, ...node.items.map((each) => (each ?? node).range[0])]);
  }

  #entry(scope: Scope, shape: Mapping, given: Node, list: YAMLSeq.Parsed): void {
    const node = this.#resolve(given);
    const path = scope.prefix.slice(0, -1);
    if (node === undefined) return;
    if (isMap(node)) {
      this.#mapping(scope, scope.prefix, shape, node);
      this.#oneOf(path, shape, node);
    } else if (shape.short && isScalar(node) && !isNothing(node)) {
      this.#leaf(scope, path, shape.short, node, node.range[0]);
    } else {
      const offset = (node ?? list).range[0];
      this.report(offset, `${path} must be a text or a mapping, and is ${say(node)}`);
    }
  }

  #leaf(scope: Scope, path: string, leaf: Leaf, given: Node, place: number): void {
    if (leaf.form === 'version') return;
    const node = this.#resolve(given);
    // A key whose value is commented out says nothing.
    if (isNothing(node)) return;
    const read = this.#value(path, leaf.form, node);
    if (!read) return;
    scope.settings[leaf.setting] = read.value;
    this.#offsets.set(scope.place + leaf.setting, [place, ...(read.items ?? [])]);
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

  /** Paths are meant from where the file is, and `~` as a shell has it. */
  #located(form: Form, text: string): string {
    if (form !== 'path' && form !== 'paths') return text;
    const home = this.#env.HOME;
    const full = home ? text.replace(/^~(?=\/|$)/, () => home) : text;
    return path.resolve(path.dirname(this.#file), full);
  }

  #wrong(path: string, what: string, node: ParsedNode, hint = ''): void {
    this.report(node.range[0], `${path} must be ${what}, and is ${say(node)}${hint}`);
  }

  #unknown(scope: Scope, path: string, name: string, shape: Mapping): string {
    const near = closest(name, Object.keys(shape.keys));
    const there = near === undefined ? undefined : path + near;
    // `strategy` at the top was meant for swarm, and `labels` of a host for its engine.
    const elsewhere = [...allKeys(scope.shape, scope.prefix), ...allKeys(this.#shape)].find((key) =>
      key.endsWith(`.${name}`),
    );
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
