import { writeDuration } from '../util/duration.ts';

/** `in 1h58m12s`, or `12m ago`. */
export function sayExpiry({ secondsLeft }: { readonly secondsLeft: number }): string {
  return secondsLeft > 0
    ? `in ${writeDuration(secondsLeft)}`
    : `${writeDuration(-secondsLeft)} ago`;
}
