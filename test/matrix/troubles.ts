/** Something that befalls a cluster from outside while it is made. */
export interface Trouble {
  readonly title: string;
  /** The step during which it happens. */
  readonly during: string;
  readonly happens: () => Promise<unknown>;
  /** Ends it. */
  readonly ends?: () => Promise<unknown>;
  readonly flags?: readonly string[];
}
