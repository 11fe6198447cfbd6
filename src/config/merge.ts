import type { SpecProblem } from '../cluster/validate.ts';
import { sayPlaced, type Place } from './place.ts';
import type { ClusterFile } from './read.ts';
import { variableOf, type Settings } from './settings.ts';

/** Where a value comes from. */
export type Origin = 'flag' | 'environment' | 'default';

/** What the command line and the environment say, completed by the defaults. */
export interface Given {
  readonly values: Settings;
  readonly origin: (setting: string) => Origin;
}

export interface Merged {
  readonly settings: Settings;
  /** Problems as the person should read them: each where they said what it is about. */
  readonly tell: (problems: readonly SpecProblem[]) => string[];
}

/** These come and go with the store that they are for. */
const WITH_DISCOVERY = ['discovery', 'discovery-ca', 'discovery-cert', 'discovery-key'];

/** Flags over the environment over the file over the defaults; a list takes the place of a list. */
export function mergeSettings(given: Given, file: ClusterFile | undefined): Merged {
  const said = (setting: string) => given.origin(setting) !== 'default';
  const another = said('discovery');
  const fromFile = (setting: string) =>
    file !== undefined &&
    setting in file.settings &&
    !said(setting) &&
    !(another && WITH_DISCOVERY.includes(setting));

  const entries = Object.entries(file?.settings ?? {}).filter(([setting]) => fromFile(setting));
  return {
    settings: { ...given.values, ...(Object.fromEntries(entries) as Partial<Settings>) },
    tell: (problems) => {
      const placed = [...(file?.problems ?? [])];
      const others: string[] = [];
      for (const problem of problems) {
        const sentence = named(problem.sentence);
        const place = placeOf(problem);
        if (place) placed.push({ ...place, sentence });
        else others.push(sentence);
      }
      return [...(file ? sayPlaced(file.path, placed) : []), ...others];
    },
  };

  function placeOf({ setting, index }: SpecProblem): Place | undefined {
    return fromFile(setting) ? file?.place(setting, index) : undefined;
  }

  /** Every flag in a sentence by the name under which the person gave the value. */
  function named(sentence: string): string {
    return sentence.replaceAll(/--([a-z-]+)/g, (flag, setting: string) => {
      if (fromFile(setting)) return file?.key(setting) ?? flag;
      return setting in given.values && given.origin(setting) === 'environment'
        ? variableOf(setting)
        : flag;
    });
  }
}
