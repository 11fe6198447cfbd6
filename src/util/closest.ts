/** The candidate that a person most likely meant by a word; undefined when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = plain(word);
  let best: string | undefined;
  let nearest = Infinity;
  for (const candidate of candidates) {
    const far = distance(meant, plain(candidate));
    if (far < nearest) [best, nearest] = [candidate, far];
  }
  // A third of the letters wrong is another word.
  return nearest <= Math.max(1, Math.floor(meant.length / 3)) ? best : undefined;
}

/** `schedule-on-master` and `scheduleonmaster` are the same slip. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      line.push(
        Math.min(
          (line[column - 1] ?? 0) + 1,
          (above[column] ?? 0) + 1,
          (above[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, above] = [above, line];
  }
  return above[b.length] ?? 0;
}
