import type { ContainerConfig } from './config.ts';
import { readExprs } from './config.ts';
import { formatExpr, matchesExpr, parseExpr, type Expr } from './expr.ts';
import type { PlacementNode } from './placement.ts';
import { portFilter } from './port-filter.ts';

export interface PlacementFilter {
  keep(nodes: PlacementNode[], config: ContainerConfig, withSoft: boolean): PlacementNode[];
  /** What the container asks of this filter, for the message that no node satisfies it. */
  describe(config: ContainerConfig): string[];
}

export const filters: Record<string, PlacementFilter> = {
  health: {
    keep: (nodes) => nodes.filter((node) => node.healthIndicator > 0),
    describe: () => [],
  },
  port: portFilter,
  containerslots: {
    keep: (nodes) =>
      nodes.filter((node) => {
        const slots = Number(node.labels.get('containerslots') ?? 'none');
        return !Number.isInteger(slots) || node.containers.length < slots;
      }),
    describe: () => ['available container slots'],
  },
  dependency: {
    keep: (nodes, config) =>
      nodes.filter((node) =>
        dependencies(config).every(({ on }) =>
          node.containers.some(({ id, swarmId, name }) => [id, swarmId, name].includes(on)),
        ),
      ),
    describe: (config) => dependencies(config).map(({ flag }) => flag),
  },
  affinity: exprFilter('affinities', (node, key) => {
    if (key === 'image') return node.images;
    return node.containers.flatMap((container) =>
      key === 'container' ? [container.id, container.name] : [container.labels[key] ?? ''],
    );
  }),
  constraint: exprFilter(
    'constraints',
    (node, key) => (key === 'node' ? [node.id, node.name] : [node.labels.get(key) ?? '']),
    formatExpr,
  ),
  whitelist: {
    keep: (nodes, config, withSoft) =>
      hardEnough(config, 'whitelists', withSoft).reduce(
        (left, { value }) => left.filter((node) => value.split('|').includes(node.name)),
        nodes,
      ),
    describe: (config) => readExprs(config, 'whitelists').map(parseExpr).map(formatWithSoftness),
  },
};

function exprFilter(
  kind: 'affinities' | 'constraints',
  valuesOf: (node: PlacementNode, key: string) => string[],
  format: (expr: Expr) => string = formatWithSoftness,
): PlacementFilter {
  return {
    keep: (nodes, config, withSoft) =>
      hardEnough(config, kind, withSoft).reduce(
        (left, expr) => left.filter((node) => matchesExpr(expr, valuesOf(node, expr.key))),
        nodes,
      ),
    describe: (config) => readExprs(config, kind).map(parseExpr).map(format),
  };
}

function hardEnough(
  config: ContainerConfig,
  kind: 'affinities' | 'constraints' | 'whitelists',
  withSoft: boolean,
): Expr[] {
  const exprs = readExprs(config, kind).map(parseExpr);
  return withSoft ? exprs : exprs.filter(({ soft }) => !soft);
}

function formatWithSoftness(expr: Expr): string {
  return `${formatExpr(expr)} (soft=${expr.soft})`;
}

/** Containers this one must share its node with. */
function dependencies({ HostConfig }: ContainerConfig): { on: string; flag: string }[] {
  const nameOf = (text: string) => text.split(':')[0] ?? '';
  const mode = HostConfig.NetworkMode ?? '';
  return [
    ...(HostConfig.VolumesFrom ?? []).map((from) => ({
      on: nameOf(from),
      flag: `--volumes-from=${from}`,
    })),
    ...(HostConfig.Links ?? []).map((link) => ({ on: nameOf(link), flag: `--link=${link}` })),
    ...(mode.startsWith('container:')
      ? [{ on: mode.slice('container:'.length), flag: `--net=${mode}` }]
      : []),
  ];
}
