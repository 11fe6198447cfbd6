import { SwarmctlError } from '../../errors.ts';

/** The value; fails on one with a line break, which some shells have no way to write. */
export function oneLine(shell: string, name: string, value: string): string {
  if (!/[\r\n]/.test(value)) return value;
  throw new SwarmctlError('USAGE', `${name} has a line break in it, which ${shell} cannot set`, {
    suggestions: ['use another shell: --shell bash'],
  });
}
