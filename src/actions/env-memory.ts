/** Variables and their values; null for one that is not set. */
export type Variables = Readonly<Record<string, string | null>>;

/**
 * The variable in which the shell carries what the others were before `env` first touched them:
 * JSON, in letters that no shell can take for anything else.
 */
export const MEMORY = 'SWARMCTL_BEFORE';

export function remember(before: Variables): string {
  return Buffer.from(JSON.stringify(before)).toString('base64url');
}

/** What was remembered of the variables named; nothing where that cannot be read. */
export function remembered(env: NodeJS.ProcessEnv, names: readonly string[]): Variables {
  const said = Object.entries(readMemory(env[MEMORY]));
  return Object.fromEntries(
    said.filter(
      (entry): entry is [string, string | null] =>
        names.includes(entry[0]) && (entry[1] === null || typeof entry[1] === 'string'),
    ),
  );
}

function readMemory(text = ''): object {
  try {
    const memory: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof memory === 'object' && memory !== null ? memory : {};
  } catch {
    return {};
  }
}
