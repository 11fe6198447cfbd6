/** Between 0 and 1, as `Math.random` gives it; tests give their own. */
export type Random = () => number;

interface Growth {
  /** Milliseconds after the first attempt in vain. */
  readonly first: number;
  readonly longest: number;
  readonly factor: number;
}

/** Milliseconds to pause after so many attempts in vain (1 and more). */
export function pauseAfter(failures: number, { first, longest, factor }: Growth, random?: Random) {
  return jittered(Math.min(first * factor ** (failures - 1), longest), random);
}

/** From half of it to all of it, so that those that failed together do not come again together. */
export function jittered(milliseconds: number, random: Random = Math.random): number {
  return milliseconds * (0.5 + random() / 2);
}
