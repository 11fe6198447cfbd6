import * as Flags from '@oclif/core/flags';

/** Of a command that runs plans: BaseCommand does the rest. */
export const eventsFlags = {
  events: Flags.option({
    options: ['ndjson'] as const,
    description:
      'print what happens, step by step, as a JSON object a line, the last with the result',
  })(),
  'events-file': Flags.string({
    description: 'write them to a file or a pipe, and print what is printed without them',
    helpValue: 'FILE',
    dependsOn: ['events'],
  }),
};

/** Where the events go, read as oclif reads --json: wrong usage has to be told there as well. */
export function eventsWanted(
  argv: readonly string[],
): { readonly file: string | undefined } | undefined {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const valueOf = (flag: string) => {
    const at = own.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
    const word = own[at];
    return word === flag ? own[at + 1] : word?.slice(flag.length + 1);
  };
  return valueOf('--events') === 'ndjson' ? { file: valueOf('--events-file') } : undefined;
}
