export { parseListen, type HostAndPort } from './address.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { ServiceError } from './refusal.ts';
export { serve, type ServiceOptions } from './service.ts';
