/** Ends the program: the message is printed the way the imitated program does, then exit. */
export class FatalError extends Error {
  override name = 'FatalError';
}

/** Wrong usage on a command line; the program imitated answers these with another exit code. */
export class UsageError extends Error {
  override name = 'UsageError';
}
