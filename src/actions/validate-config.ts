import { DEFAULTS } from '../config/settings.ts';
import { checkedSpec, readRequest } from './cluster-request.ts';
import type { ActionContext } from './context.ts';

export interface ValidConfig {
  readonly file: string;
  /** Of the cluster. */
  readonly name: string;
}

/** Fails with everything for which `create` would refuse the file before it asks any engine. */
export async function validateConfig(
  file: string,
  context: Pick<ActionContext, 'env'>,
): Promise<ValidConfig> {
  const nothing = { values: DEFAULTS, origin: () => 'default' as const };
  const { name } = await checkedSpec(await readRequest(nothing, file, context));
  return { file, name };
}
