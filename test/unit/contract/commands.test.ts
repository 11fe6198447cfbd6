import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { SCHEMAS } from '../../helpers/schemas.ts';
import { everyCommand } from './every-command.ts';

const SNAPSHOT = path.join(SCHEMAS, 'commands.json');

type Known = Awaited<ReturnType<typeof everyCommand>>[number];

function describeCommand({ id, command }: Known) {
  const flags = { ...command.baseFlags, ...command.flags };
  return {
    name: id,
    json: command.enableJsonFlag,
    args: Object.entries(command.args).map(([name, { required }]) => ({
      name,
      required: required ?? false,
    })),
    flags: Object.fromEntries(
      Object.entries(flags)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, flag]) => {
          const options = flag.type === 'option' ? flag.options : undefined;
          const standard: unknown = flag.default;
          return [
            name,
            {
              type: flag.type,
              ...(flag.char !== undefined && { char: flag.char }),
              ...(flag.required === true && { required: true }),
              ...(flag.type === 'option' && flag.multiple === true && { multiple: true }),
              ...(options && { options }),
              ...(flag.env !== undefined && { env: flag.env }),
              ...(standard !== undefined && { default: standard }),
            },
          ];
        }),
    ),
  };
}

it('has the commands, arguments and flags that scripts may rely on (schemas/commands.json)', async () => {
  const offered = (await everyCommand()).filter(({ command }) => !command.hidden);
  const commands = offered.map(describeCommand);
  const style = await resolveConfig(SNAPSHOT);
  const text = await format(JSON.stringify(commands), { ...style, parser: 'json' });
  // After a change that is meant: npx vitest run --project unit test/unit/contract -u
  await expect(text).toMatchFileSnapshot(SNAPSHOT);
});

it('gives no short letter two meanings, but for the -f of logs, which has one everywhere', async () => {
  const all = (await everyCommand()).map(describeCommand);
  const commands = all.filter(({ name }) => name !== 'logs');
  const meanings = new Map<string, string>();
  for (const [name, { char }] of commands.flatMap(({ flags }) => Object.entries(flags))) {
    if (char === undefined) continue;
    expect(meanings.get(char) ?? name, `-${char}`).toBe(name);
    meanings.set(char, name);
  }
});
