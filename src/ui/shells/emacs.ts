import type { Shell } from './shell.ts';

/** Emacs Lisp, for the environment of Emacs itself. */
export const emacs: Shell = {
  set: (name, value) => `(setenv "${name}" ${string(value)})`,
  unset: (name) => `(setenv "${name}" nil)`,
  comment: (text) => `;; ${text}`,
  // Unlike shell-command it does not mix warnings into what is evaluated.
  evaluate: (command) => {
    const [program = '', ...args] = command.split(' ').map(string);
    const call = ['call-process', program, "nil '(t nil) nil", ...args].join(' ');
    return `(with-temp-buffer (${call}) (eval-buffer))`;
  },
};

/** Control characters by their number: Emacs may take some for a change of encoding or for line ends. */
function string(value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, octal);
  return `"${escaped}"`;
}

function octal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
