import { SwarmctlError } from '../errors.ts';
import { canAsk } from './confirm.ts';

const EXISTING = 'existing';

/** What `create` needs to be told most often. */
interface Answers {
  readonly name?: string;
  readonly discovery?: string;
  readonly nodes?: number;
  readonly 'swarm-strategy'?: string;
}

interface Questions {
  /** What need not be asked any more. */
  readonly given: { readonly [question in keyof Answers]: Answers[question] | undefined };
  /** What is proposed. */
  readonly standard: Required<Omit<Answers, 'name'>>;
  readonly kinds: readonly { readonly kind: string; readonly summary: string }[];
  readonly strategies: readonly string[];
  readonly mayAsk: boolean;
  readonly signal: AbortSignal;
}

/** Asks for what was not given, where there is a person to ask; the questions go to stderr. */
export async function askForCluster(questions: Questions): Promise<Answers> {
  const { given, standard, kinds, strategies, mayAsk, signal } = questions;
  const known = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Answers;
  if (!mayAsk || !canAsk()) return known;

  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  try {
    const { url, ...answers } = await prompt<Required<Answers> & { url?: string }>(
      [
        {
          type: 'select',
          name: 'discovery',
          message: 'Where do the nodes register?',
          default: standard.discovery,
          choices: [
            ...kinds.map(({ kind, summary }) => ({ value: kind, name: `${kind}: ${summary}` })),
            { value: EXISTING, name: 'a store that exists' },
          ],
        },
        {
          type: 'input',
          name: 'url',
          message: 'URL of that store:',
          when: ({ discovery }) => discovery === EXISTING,
          validate: (text) => text.includes('://') || 'such as etcd://10.0.0.5:2379/team',
        },
        {
          type: 'input',
          name: 'name',
          message: 'Name of the cluster:',
          default: ({ discovery, url: at }) => (at ?? discovery)?.split('://')[0],
        },
        {
          type: 'number',
          name: 'nodes',
          message: 'Nodes besides the master:',
          default: standard.nodes,
          min: 1,
          required: true,
        },
        {
          type: 'select',
          name: 'swarm-strategy',
          message: 'How does the manager place containers?',
          default: standard['swarm-strategy'],
          choices: [...strategies],
        },
      ],
      known,
    );
    return url === undefined ? answers : { ...answers, discovery: url };
  } catch (error) {
    throw new SwarmctlError('INTERRUPTED', 'cancelled; nothing was written', { cause: error });
  }
}
