import { SWARM_ID_LABEL, SWARM_LABELS } from '../engine/container.ts';
import type { HostConfig } from '../engine/types.ts';

/** The body of `POST /containers/create`; what is not named here passes through untouched. */
export interface ContainerConfig {
  Image: string;
  Env: string[];
  Labels: Record<string, string>;
  HostConfig: HostConfig;
  ExposedPorts?: Record<string, unknown> | null;
  [key: string]: unknown;
}

type ExprKind = 'affinities' | 'constraints' | 'whitelists' | 'reschedule-policies';

const envKinds: Record<string, ExprKind> = {
  affinity: 'affinities',
  constraint: 'constraints',
  whitelist: 'whitelists',
  reschedule: 'reschedule-policies',
};

/** Moves placement wishes from the environment, where users write them, into labels. */
export function readContainerConfig(body: Record<string, unknown>): ContainerConfig {
  const config: ContainerConfig = {
    ...body,
    Image: (body['Image'] as string | undefined) ?? '',
    Env: [],
    Labels: { ...((body['Labels'] as Record<string, string> | null) ?? {}) },
    HostConfig: { ...((body['HostConfig'] as HostConfig | null) ?? {}) },
  };
  for (const variable of (body['Env'] as string[] | null) ?? []) {
    const [, prefix = '', wish = ''] = /^(\w+):(.*)$/s.exec(variable) ?? [];
    const kind = Object.hasOwn(envKinds, prefix) ? envKinds[prefix] : undefined;
    if (kind) addExpr(config, kind, wish);
    else config.Env.push(variable);
  }
  checkReschedulePolicy(config);
  return config;
}

export function readExprs(config: ContainerConfig, kind: ExprKind): string[] {
  try {
    const exprs: unknown = JSON.parse(config.Labels[`${SWARM_LABELS}.${kind}`] ?? '[]');
    return Array.isArray(exprs) ? exprs.map(String) : [];
  } catch {
    return [];
  }
}

export function addExpr(config: ContainerConfig, kind: ExprKind, expr: string): void {
  config.Labels[`${SWARM_LABELS}.${kind}`] = JSON.stringify([...readExprs(config, kind), expr]);
}

export function pinsNode(config: ContainerConfig): boolean {
  return readExprs(config, 'constraints').some((expr) => /^node==(?!~)/.test(expr));
}

export function configSwarmId(config: ContainerConfig): string {
  return config.Labels[SWARM_ID_LABEL] ?? '';
}

function checkReschedulePolicy(config: ContainerConfig): void {
  const [policy, ...more] = readExprs(config, 'reschedule-policies');
  if (more.length > 0) throw new Error('too many reschedule policies');
  if (policy !== undefined && policy !== 'off' && policy !== 'on-node-failure') {
    throw new Error(`invalid reschedule policy: ${policy}`);
  }
}
