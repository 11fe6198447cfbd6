import type { ListedCluster } from '../health/status.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { closest } from '../util/closest.ts';

/** What is known of a cluster before anybody is asked. */
export interface Known {
  readonly name: string;
  readonly record: ClusterRecord | undefined;
}

interface Filter {
  /** Whether a cluster passes by what is written down of it; undefined when its health decides. */
  readonly known?: (cluster: Known, value: string) => boolean;
  readonly listed?: (cluster: ListedCluster, value: string) => boolean;
}

const FILTERS: Readonly<Record<string, Filter>> = {
  name: { known: ({ name }, value) => pattern(value).test(name) },
  discovery: { known: ({ record }, value) => kindOf(record) === value },
  label: { known: ({ record }, value) => record?.spec.engine.labels.includes(value) === true },
  health: { listed: ({ health }, value) => health === value },
};

/** `--filter key=value`: of one key any may hold, of several keys each must. */
export interface ListFilter {
  readonly mayPass: (cluster: Known) => boolean;
  readonly passes: (cluster: ListedCluster) => boolean;
  /** Whether clusters must be asked how they are. */
  readonly asks: boolean;
}

export function parseFilters(texts: readonly string[]): ListFilter {
  const wanted = new Map<string, string[]>();
  for (const text of texts) {
    const [key = '', ...rest] = text.split('=');
    if (!Object.hasOwn(FILTERS, key) || rest.length === 0) throw unknownFilter(text, key);
    const value = rest.join('=');
    if (key === 'name') pattern(value);
    wanted.set(key, [...(wanted.get(key) ?? []), value]);
  }
  const every = (holds: (filter: Filter, value: string) => boolean): boolean =>
    [...wanted].every(([key, values]) => values.some((value) => holds(FILTERS[key] ?? {}, value)));
  return {
    mayPass: (cluster) => every(({ known }, value) => known?.(cluster, value) ?? true),
    passes: (cluster) => every(({ listed }, value) => listed?.(cluster, value) ?? true),
    asks: [...wanted.keys()].some((key) => FILTERS[key]?.listed !== undefined),
  };
}

function unknownFilter(text: string, key: string): SwarmctlError {
  const meant = closest(key, Object.keys(FILTERS));
  const guess = meant === undefined || meant === key ? '' : `; did you mean ${meant}=…?`;
  return new SwarmctlError('USAGE', `--filter "${text}" is none${guess}`, {
    suggestions: [
      'name=REGEX, health=healthy|degraded|down|unknown, discovery=KIND, label=NAME=VALUE',
    ],
  });
}

function pattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw new SwarmctlError('USAGE', `--filter "name=${value}" is no regular expression`);
  }
}

/** `etcd` of `etcd` and of `etcd://10.0.0.5:2379/team`. */
function kindOf(record: ClusterRecord | undefined): string | undefined {
  return record?.spec.discovery.split('://')[0];
}
