export { createAuthority } from './authority.ts';
export { inspectCertificate, type CertificateFacts } from './inspect.ts';
export { issueCertificate } from './issue.ts';
export type { CertificateRequest, KeyPair } from './key-pair.ts';
