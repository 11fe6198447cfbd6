import { readTemplate } from '../util/template.ts';

/** What makes a shell ask for completions. */
export async function completionScript(shell: string): Promise<string> {
  return (await readTemplate(`completion/swarmctl.${shell}`)).trimEnd();
}
