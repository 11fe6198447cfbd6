import type { SpecProblem } from '../cluster/problem.ts';
import { sayPlaced, type Place } from './place.ts';
import type { ClusterFile } from './read.ts';
import { ONLY_FOR, schemeOf, variableOf, type Settings } from './settings.ts';

/** Where a value comes from. */
export type Origin = 'flag' | 'environment' | 'default';

/** What the command line and the environment say, completed by the defaults. */
export interface Given {
  readonly values: Settings;
  readonly origin: (setting: string) => Origin;
}

export interface Merged {
  readonly settings: Settings;
  /** Whether somebody said it, wherever. */
  readonly isSaid: (setting: string) => boolean;
  /** Problems as the person should read them: each where they said what it is about. */
  readonly tell: (problems: readonly SpecProblem[]) => string[];
}

/** What a file says of these goes with what it says of another setting, when that is replaced. */
const GOES_WITH: Readonly<Record<string, readonly string[]>> = {
  discovery: ['discovery-ca', 'discovery-cert', 'discovery-key'],
  host: ['nodes'],
  'engine-install': ['engine-install-url'],
  'engine-install-url': ['engine-install'],
};

/** Flags over the environment over the file over the defaults; a list takes the place of a list. */
export function mergeSettings(given: Given, file: ClusterFile | undefined): Merged {
  const said = (setting: string) => given.origin(setting) !== 'default';
  const gone = new Set([
    ...Object.entries(GOES_WITH).flatMap(([setting, others]) => (said(setting) ? others : [])),
    ...(said('host') ? forOtherHosts(given.values) : []),
  ]);
  const fromFile = (setting: string) =>
    file !== undefined && setting in file.settings && !said(setting) && !gone.has(setting);

  const entries = Object.entries(file?.settings ?? {}).filter(([setting]) => fromFile(setting));
  return {
    settings: { ...given.values, ...(Object.fromEntries(entries) as Partial<Settings>) },
    isSaid: (setting) => said(setting) || fromFile(setting),
    tell: (problems) => {
      const placed = [...(file?.problems ?? [])];
      const others: string[] = [];
      for (const problem of problems) {
        const sentence = named(problem);
        const place = placeOf(problem);
        if (place) placed.push({ ...place, sentence });
        else others.push(sentence);
      }
      return [...(file ? sayPlaced(file.path, placed) : []), ...others];
    },
  };

  function placeOf({ setting, index, within }: SpecProblem): Place | undefined {
    return fromFile(setting) ? file?.place(setting, index, within) : undefined;
  }

  /** Every flag in a sentence by the name under which the person gave the value. */
  function named({ sentence, setting: about, index }: SpecProblem): string {
    return sentence.replaceAll(/--([a-z-]+)/g, (flag, setting: string) => {
      if (fromFile(setting)) {
        const key = file?.key(setting) ?? flag;
        // One of the hosts has a name of its own; of a list of texts the text is the name.
        return setting === 'host' && about === 'host' && index !== undefined
          ? `${key}[${index}]`
          : key;
      }
      return setting in given.values && given.origin(setting) === 'environment'
        ? variableOf(setting)
        : flag;
    });
  }
}

/** What a file says of hosts of kinds that are not among those given in the place of its own. */
function forOtherHosts({ host }: Settings): string[] {
  const kinds = host.flatMap((each) => (typeof each === 'string' ? schemeOf(each) : []));
  return Object.entries(ONLY_FOR).flatMap(([setting, those]) =>
    those.some((kind) => kinds.includes(kind)) ? [] : setting,
  );
}
