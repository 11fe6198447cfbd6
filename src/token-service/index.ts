export { parseListen } from './address.ts';
export { ServiceError } from './refusal.ts';
export { serve } from './service.ts';
