/** What the sandbox tells the person who runs it: plain lines, fit for a terminal and for a CI log. */

/** @param {string} [text] */
export function say(text = '') {
  process.stdout.write(`${text}\n`);
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * Says what begins, that it still goes on, and how long it took.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {{ every?: number }} [options] Milliseconds between signs of life.
 * @returns {Promise<T>}
 */
export async function saying(title, work, { every = 20_000 } = {}) {
  const start = performance.now();
  say(`- ${title}`);
  const still = setInterval(() => {
    say(`  ... ${title}: ${Math.round((performance.now() - start) / 1000)} s so far`);
  }, every);
  try {
    const result = await work();
    say(`  ${title}: done in ${seconds(performance.now() - start)}`);
    return result;
  } finally {
    clearInterval(still);
  }
}
