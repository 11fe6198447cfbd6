/**
 * Runs `work` over `items`, at most `limit` at a time, and lets every one finish.
 * The outcomes come back in the order of the items, as of `Promise.allSettled`.
 */
export async function settleAll<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const outcomes = new Array<PromiseSettledResult<R>>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      [outcomes[index]] = await Promise.allSettled([work(items[index] as T)]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return outcomes;
}
