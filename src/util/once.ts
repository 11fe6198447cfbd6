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
