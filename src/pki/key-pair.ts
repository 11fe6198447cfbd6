/** A certificate and its key, both PEM; the key is PKCS#8. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly organization?: string;
  readonly usages: readonly ('server' | 'client')[];
  /** Subject alternative names: IP addresses and DNS names. */
  readonly names: readonly string[];
  /** Days of validity; a leaf never outlives its CA. */
  readonly days?: number;
  readonly now?: Date;
}
