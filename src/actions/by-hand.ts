import type { Step } from '../plan/step.ts';

/** What is left somewhere, and how it goes by hand. */
export interface LeftBehind {
  /** Name of the host; null of what is nowhere on a host. */
  readonly host: string | null;
  /** Why swarmctl cannot take it back. */
  readonly reason: string;
  readonly error?: unknown;
  /** For a shell there, in this order. */
  readonly commands: readonly string[];
}

/** Commands that take steps back where swarmctl cannot: the last step first. */
export function byHand(steps: readonly Step[]): string[] {
  return [...steps].reverse().flatMap((step) => step.byHand?.() ?? []);
}

/** The same for people, a line for each command. */
export function sayByHand(steps: readonly Step[]): string[] {
  const hosts = [...new Set(steps.map(({ host = null }) => host))];
  return hosts.flatMap((host) =>
    byHand(steps.filter((step) => (step.host ?? null) === host)).map((command) =>
      sayCommand(host, command),
    ),
  );
}

export function sayCommand(host: string | null, command: string): string {
  return `by hand${host === null ? '' : `, on ${host}`}: ${command}`;
}
