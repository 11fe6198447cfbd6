import { SwarmctlError } from '../errors.ts';
import { canAsk } from './terminal.ts';

const EXISTING = 'existing';
const SERVERS = 'servers';

/** What `create` needs to be told most often. */
interface Answers {
  readonly name?: string;
  readonly discovery?: string;
  readonly nodes?: number | undefined;
  /** URLs, the master first; undefined for local hosts, of which `nodes` is the number. */
  readonly host?: readonly string[] | undefined;
  readonly 'swarm-strategy'?: string;
}

interface Questions {
  /** What need not be asked any more. */
  readonly given: { readonly [question in keyof Answers]: Answers[question] | undefined };
  /** What is proposed. */
  readonly standard: Required<Omit<Answers, 'name' | 'host'>>;
  readonly kinds: readonly { readonly kind: string; readonly summary: string }[];
  readonly strategies: readonly string[];
  /** Why hosts cannot be meant so; undefined when they can. */
  readonly hostsFault: (host: readonly string[]) => string | undefined;
  readonly mayAsk: boolean;
  readonly signal: AbortSignal;
}

/** The answers as they are typed. */
type Asked = Required<Omit<Answers, 'nodes' | 'host'>> &
  Pick<Answers, 'nodes' | 'host'> & {
    readonly url?: string;
    readonly place?: string;
    readonly urls?: string;
  };

/** Asks for what was not given, where there is a person to ask; the questions go to stderr. */
export async function askForCluster(questions: Questions): Promise<Answers> {
  const { given, standard, kinds, strategies, hostsFault, mayAsk, signal } = questions;
  const known = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Answers;
  if (!mayAsk || !canAsk()) return known;

  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  try {
    const answers = await prompt<Asked>(
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
          type: 'select',
          name: 'place',
          message: 'Where are the hosts?',
          when: () => known.host === undefined && known.nodes === undefined,
          choices: [
            { value: 'local', name: 'on this machine: containers are made' },
            { value: SERVERS, name: 'on servers that are there, reached over SSH' },
          ],
        },
        {
          type: 'input',
          name: 'urls',
          message: 'URLs of the servers, the master first:',
          when: ({ place: at }) => at === SERVERS,
          validate: (text) => {
            const hosts = words(text);
            if (hosts.length < 2)
              return 'two at least, such as ssh://root@10.0.0.1 ssh://root@10.0.0.2';
            return hostsFault(hosts) ?? true;
          },
        },
        {
          type: 'number',
          name: 'nodes',
          when: ({ place: at }) => known.host === undefined && at !== SERVERS,
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
    const { name, discovery, nodes, url, urls } = answers;
    return {
      name,
      discovery: url ?? discovery,
      nodes,
      host: urls === undefined ? known.host : words(urls),
      'swarm-strategy': answers['swarm-strategy'],
    };
  } catch (error) {
    throw new SwarmctlError('INTERRUPTED', 'cancelled; nothing was written', { cause: error });
  }
}

/** With spaces or commas between them. */
function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
