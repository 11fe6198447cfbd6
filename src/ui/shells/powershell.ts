import type { Shell } from './shell.ts';

/**
 * Every line is evaluated by itself, so none may break. What is not ASCII is written by its number:
 * Windows PowerShell reads programs in a code page of its own, and typographic quotes are quotes to it.
 */
export const powershell: Shell = {
  set: (name, value) => `$Env:${name} = "${value.replace(/[`"$]|[^ -~]/g, escape)}"`,
  unset: (name) => `Remove-Item -ErrorAction SilentlyContinue Env:\\${name}`,
  comment: (text) => `# ${text}`,
  evaluate: (command) => `& ${command} | Invoke-Expression`,
};

function escape(character: string): string {
  if (/[ -~]/.test(character)) return `\`${character}`;
  return `$([char]0x${character.charCodeAt(0).toString(16)})`;
}
