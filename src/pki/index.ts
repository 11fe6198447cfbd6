export { createAuthority } from './authority.ts';
export { issueCertificate } from './issue.ts';
