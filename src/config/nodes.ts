import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';

/** A node of the document; null where the parser has none. */
export type Node = ParsedNode | null;

/** What stands at a key; undefined when the key is not there. */
export function valueOf(map: YAMLMap.Parsed, name: string): Node | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)?.value;
}

export function isNothing(node: Node | undefined): node is null | undefined {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** What something is, without what may be secret in it. */
export function say(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return value === null ? 'empty' : 'a text';
}
