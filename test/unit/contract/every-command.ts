import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '@oclif/core/command';

const COMMANDS = path.resolve(import.meta.dirname, '../../../src/commands');

/** Every command with the ID that oclif gives it (`token:create` in a topic), sorted by that. */
export async function everyCommand(): Promise<{ id: string; command: typeof Command }[]> {
  const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' });
  const ids = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, '').split(path.sep).join(':'));
  return Promise.all(
    ids.sort().map(async (id) => {
      const file = path.join(COMMANDS, ...id.split(':'));
      const module = (await import(`${file}.ts`)) as { default: typeof Command };
      return { id, command: module.default };
    }),
  );
}
