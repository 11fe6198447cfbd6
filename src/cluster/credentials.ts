/**
 * The sets of CA, certificate and key that hosts hold, each in a folder of its own so that a
 * container is given exactly the one it needs. File names are those the docker CLI expects.
 */
export type CredentialSet =
  /** dockerd's server certificate. */
  | 'engine'
  /** The manager's: server towards clients, client towards engines. */
  | 'manager'
  /** The discovery store's server certificate. */
  | 'store'
  /** The client certificate with which agents and the manager reach the store. */
  | 'discovery';

const CREDENTIALS_ROOT = '/etc/swarmctl/tls';

/** Folder of a credential set on a host. */
export function credentialFolder(set: CredentialSet): string {
  return `${CREDENTIALS_ROOT}/${set}`;
}

export const CREDENTIAL_FILES = { ca: 'ca.pem', certificate: 'cert.pem', key: 'key.pem' } as const;

/** Where the cluster's own folder on this machine keeps what opens an engine that listens on TCP. */
export function engineKeysFolder({ name }: { readonly name: string }): string {
  return `engines/${name}`;
}

/**
 * Where it keeps the CA of engines that were there before and the certificate of that CA that was
 * given for the manager.
 */
export const FOREIGN_FOLDER = 'foreign';
