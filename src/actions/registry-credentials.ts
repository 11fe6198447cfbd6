import { credentialsFor } from '../engine/registry-auth.ts';
import type { FindCredentials } from '../images/credentials.ts';
import type { ActionContext } from './context.ts';

/** Finds the person's credentials for registries, as the docker CLI would. */
export function registryCredentials({ env, userHome, signal }: ActionContext): FindCredentials {
  return (image) => credentialsFor(image, { env, home: userHome }, signal);
}
