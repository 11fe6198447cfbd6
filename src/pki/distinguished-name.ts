import { oid, sequence, set, utf8, type Der } from './der.ts';

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';

export interface DistinguishedName {
  readonly commonName: string;
  readonly organization?: string | undefined;
}

/** The name of a subject, from the general to the particular as directories have it. */
export function distinguishedName({ commonName, organization }: DistinguishedName): Der {
  return sequence(
    ...(organization ? [attribute(ORGANIZATION, organization)] : []),
    attribute(COMMON_NAME, commonName),
  );
}

function attribute(id: string, value: string): Der {
  return set(sequence(oid(id), utf8(value)));
}
