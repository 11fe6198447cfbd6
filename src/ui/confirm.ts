import { SwarmctlError } from '../errors.ts';
import { canAsk } from './terminal.ts';

interface Question {
  readonly message: string;
  /** `--yes`: the answer was given already. */
  readonly yes: boolean;
  /** Whether a person can be asked at all: not under `--json`, say. */
  readonly mayAsk: boolean;
  /** What a no leaves as it is. */
  readonly otherwise?: string;
  readonly signal: AbortSignal;
}

/** Asks on a terminal; elsewhere fails rather than guess. The question goes to stderr. */
export async function confirm(question: Question): Promise<boolean> {
  const { message, yes, mayAsk, otherwise = 'nothing was removed', signal } = question;
  if (yes) return true;
  if (!mayAsk || !canAsk()) {
    throw new SwarmctlError('CONFIRMATION_NEEDED', `cannot ask "${message}"; ${otherwise}`, {
      suggestions: ['say yes beforehand with --yes'],
    });
  }
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  try {
    const { answer } = await prompt<{ answer: boolean }>([
      { type: 'confirm', name: 'answer', message, default: false },
    ]);
    return answer;
  } catch (error) {
    throw new SwarmctlError('INTERRUPTED', `cancelled; ${otherwise}`, { cause: error });
  }
}
