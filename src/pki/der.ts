import type { asn1 as forge } from 'node-forge';
// The only import of forge: everything that needs this file is reached through assemble.ts.
import asn1 from 'node-forge/lib/asn1.js';

export type Der = forge.Asn1;

const { Class, Type } = asn1;

export function sequence(...items: Der[]): Der {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, items);
}

export function set(...items: Der[]): Der {
  return asn1.create(Class.UNIVERSAL, Type.SET, true, items);
}

/** An object identifier, written `1.2.3`. */
export function oid(id: string): Der {
  return primitive(Type.OID, asn1.oidToDer(id).getBytes());
}

export function nothing(): Der {
  return primitive(Type.NULL, '');
}

export function truth(): Der {
  return primitive(Type.BOOLEAN, '\xff');
}

/** An integer from its big-endian two's complement. */
export function integer(bytes: Uint8Array): Der {
  return primitive(Type.INTEGER, binary(bytes));
}

export function octets(bytes: Uint8Array): Der {
  return primitive(Type.OCTETSTRING, binary(bytes));
}

/** A bit string; `unused` counts the bits of the last byte that do not belong to it. */
export function bits(bytes: Uint8Array, unused = 0): Der {
  return primitive(Type.BITSTRING, String.fromCharCode(unused) + binary(bytes));
}

export function utf8(text: string): Der {
  return primitive(Type.UTF8, binary(Buffer.from(text)));
}

/** A moment in whole seconds; RFC 5280 §4.1.2.5 wants UTCTime through 2049, then GeneralizedTime. */
export function time(date: Date): Der {
  return date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** `[tag]` around an item. */
export function explicit(tag: number, item: Der): Der {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag, true, [item]);
}

/** `[tag]` in place of the tag that the bytes would have. */
export function implicit(tag: number, bytes: Uint8Array): Der {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag, false, binary(bytes));
}

export function encode(item: Der): Buffer {
  return Buffer.from(asn1.toDer(item).getBytes(), 'latin1');
}

export function decode(bytes: Uint8Array): Der {
  return asn1.fromDer(binary(bytes), { decodeBitStrings: false });
}

/** What a constructed item holds; empty for others. */
export function itemsOf(item: Der | undefined): Der[] {
  return Array.isArray(item?.value) ? item.value : [];
}

/** The content of a primitive item; undefined for others. */
export function bytesOf(item: Der | undefined): Buffer | undefined {
  return typeof item?.value === 'string' ? Buffer.from(item.value, 'latin1') : undefined;
}

export function isTagged(item: Der | undefined, tag: number): boolean {
  return item?.tagClass === Class.CONTEXT_SPECIFIC && (item.type as number) === tag;
}

function primitive(type: forge.Type, value: string): Der {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}

/** forge keeps bytes in strings, one per character. */
function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
