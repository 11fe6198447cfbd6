import { styleText } from 'node:util';
import { SwarmctlError } from '../errors.ts';

interface Look {
  readonly logFile: string | undefined;
  /** What was gathered about the failure. */
  readonly bundle?: string | undefined;
  readonly color: boolean;
  /** Name of the executable, for hints. */
  readonly bin: string;
}

/** What a person reads of a failure: what failed and why, what to try, where to read on. */
export function renderError(error: unknown, { logFile, bundle, color, bin }: Look): string {
  const paint = (style: 'red' | 'dim', text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const message = (error instanceof Error ? error.message : String(error)).trimEnd();
  const lines = [`${paint('red', 'Error:')} ${message}`];
  if (error instanceof SwarmctlError) {
    if (error.suggestions.length > 0) {
      lines.push('', 'Try this:', ...error.suggestions.map((suggestion) => `  ${suggestion}`));
    }
  } else {
    lines.push('', `This is a fault of ${bin}; please report it with the log.`);
  }
  const further = [
    ...(error instanceof SwarmctlError
      ? [`Code: ${error.code} (${bin} explain ${error.code})`]
      : []),
    ...(logFile === undefined ? [] : [`Log: ${logFile}`]),
    ...(bundle === undefined ? [] : [`Support bundle: ${bundle}`]),
  ];
  if (further.length > 0) lines.push('', ...further.map((line) => paint('dim', line)));
  return `${lines.join('\n')}\n`;
}
