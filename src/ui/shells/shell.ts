/** How a shell's variables are set from the text that a program prints. */
export interface Shell {
  /** Fails on a value that the shell cannot hold. */
  set(name: string, value: string): string;
  /** Does not mind when the variable was not set. */
  unset(name: string): string;
  /** A line that does nothing. */
  comment(text: string): string;
  /** How what a command prints is evaluated. */
  evaluate(command: string): string;
}
