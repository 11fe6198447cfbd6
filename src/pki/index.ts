export { createAuthority } from './authority.ts';
export { describeCertificates } from './describe-certificates.ts';
export { inspectCertificate } from './inspect.ts';
export { issueCertificate } from './issue.ts';
export type { CertificateRequest, KeyPair } from './key-pair.ts';
