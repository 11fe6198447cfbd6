/** Stays as it is in sh, bash, fish and csh alike. */
const PLAIN = /^[A-Za-z0-9_./:=@,+-]+$/;

/** One argument as a word of a POSIX shell. */
function quote(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command line for a POSIX shell that runs exactly these arguments. */
export function quoteAll(command: readonly string[]): string {
  return command.map(quote).join(' ');
}

/**
 * What to hand to sshd, which lets the login shell of the user read it, whichever that is: sh runs
 * `script`. Every letter that any shell could read as something else is written as an octal
 * number. Single quotes alone do not do: fish knows escapes in them, and csh wants neither a line
 * end nor `!`.
 *
 * `name` is `$0` of the script, by which the process can be found.
 */
export function forAnyShell(script: string, name = 'sh'): string {
  return `exec sh -c 'eval "$(printf %b "${escapeOctal(script)}")"' ${name}`;
}

function escapeOctal(text: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const letter = String.fromCharCode(byte);
    escaped += /[A-Za-z0-9_./:=@,+ -]/.test(letter)
      ? letter
      : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return escaped;
}
