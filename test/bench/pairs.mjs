/**
 * Times two things alternately, so that whatever else the machine does meets both alike, and
 * returns the median of the ratios of neighbours. Each returns its own milliseconds.
 *
 * @param {number} runs
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} theirs
 */
export async function compare(runs, ours, theirs) {
  await ours();
  await theirs();
  /** @type {{ ours: number, theirs: number }[]} */
  const pairs = [];
  for (let run = 0; run < runs; run++) {
    // The order changes with every pair: neither always runs on a machine warmed by the other.
    if (run % 2 === 0) pairs.push({ ours: await ours(), theirs: await theirs() });
    else {
      const first = await theirs();
      pairs.push({ ours: await ours(), theirs: first });
    }
  }
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  };
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted.at((sorted.length - 1) >> 1), sorted.at(middle)];
  return (low + high) / 2;
}
