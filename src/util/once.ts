/**
 * A function that does its work at the first call and gives every later caller the same promise; what
 * failed is tried again.
 */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= work().catch((error: unknown) => {
      promise = undefined;
      throw error;
    });
    return promise;
  };
}

/** The same once for each of what `keyOf` gives: what is made of something goes with that. */
export function oncePer<K, T>(keyOf: () => Promise<K>, work: (key: K) => Promise<T>) {
  const made = new Map<K, () => Promise<T>>();
  return async (): Promise<T> => {
    const key = await keyOf();
    const found = made.get(key) ?? once(() => work(key));
    made.set(key, found);
    return found();
  };
}

/** Tells every sentence once, however often it is said. */
export function sayingOnce(tell: (sentence: string) => void): (sentence: string) => void {
  const told = new Set<string>();
  return (sentence) => {
    if (told.has(sentence)) return;
    told.add(sentence);
    tell(sentence);
  };
}
