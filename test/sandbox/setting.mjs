/**
 * An environment variable; one that is empty counts as not set.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function setting(name) {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
