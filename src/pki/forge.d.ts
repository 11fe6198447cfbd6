/** forge's ASN.1 alone: @types/node-forge describes only the whole package, which takes three times as long to load. */
declare module 'node-forge/lib/asn1.js' {
  import type { asn1 } from 'node-forge';

  type Forge = typeof asn1;
  interface Asn1Module extends Omit<Forge, 'create' | 'fromDer'> {
    create(
      tagClass: asn1.Class,
      type: number,
      constructed: boolean,
      value: string | asn1.Asn1[],
    ): asn1.Asn1;
    fromDer(bytes: string, options: { decodeBitStrings: boolean }): asn1.Asn1;
  }
  const module: Asn1Module;
  export default module;
}
