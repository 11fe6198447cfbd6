import { parseArgs } from 'node:util';
import { parseListen } from './address.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { ServiceError, reasonOf } from './refusal.ts';
import { serve, type ServiceOptions } from './service.ts';

const FAILED = 1;
const USAGE = 2;

/** Name, type and description of every flag that sets a limit. */
const LIMIT_FLAGS = {
  'max-clusters': ['clusters', 'clusters at most'],
  'max-nodes-per-cluster': ['nodesPerCluster', 'nodes of one cluster at most'],
  'max-nodes': ['nodes', 'nodes of all clusters at most'],
  'max-connections': ['connections', 'simultaneous connections at most'],
  'header-timeout': ['headerSeconds', "seconds for the TLS handshake and for a request's head"],
  'request-timeout': ['requestSeconds', 'seconds for a whole request'],
} as const satisfies Record<string, readonly [keyof Limits, string]>;

const DEFAULT_LISTEN = '0.0.0.0:3380';

const HELP = `Token discovery for Docker Swarm v1: the service behind token://HOST:PORT/v1/TOKEN.

usage: node token-service.mjs --data-dir DIR --tls-cert FILE --tls-key FILE [more]

  --listen HOST:PORT            where to listen (${DEFAULT_LISTEN})
  --data-dir DIR                where the clusters are kept; for one process alone
  --tls-cert FILE, --tls-key FILE
                                PEM; read again on SIGHUP
  --client-ca FILE              PEM; only its clients may create and delete tokens
  --token-file FILE             tokens, one a line, that exist always
${Object.entries(LIMIT_FLAGS)
  .map(
    ([flag, [limit, text]]) => `  ${`--${flag} N`.padEnd(29)} ${text} (${DEFAULT_LIMITS[limit]})\n`,
  )
  .join('')}  --help, --version
`;

interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborts when the service shall end. */
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Runs the program of one file; returns its exit code: 0 stopped, 1 cannot start, 2 bad flags. */
export async function program(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parse(argv, io.version);
    if (typeof options === 'string') {
      io.out(options);
      return 0;
    }
    await serve(options, io.signal, (line) => {
      io.out(`${line}\n`);
    });
    return 0;
  } catch (error) {
    if (error instanceof BadUsage) {
      io.err(`token-service: ${error.message}; --help shows all flags\n`);
      return USAGE;
    }
    if (!(error instanceof ServiceError)) throw error;
    io.err(`token-service: ${error.message}\n`);
    return FAILED;
  }
}

class BadUsage extends Error {}

/** The options of the service, or the text to print instead of running it. */
function parse(argv: readonly string[], version: string): ServiceOptions | string {
  const values = parseFlags(argv);
  if (values.help === true) return HELP;
  if (values.version === true) return `${version}\n`;
  const text = values.listen ?? DEFAULT_LISTEN;
  const listen = parseListen(text);
  if (listen === undefined) {
    throw new BadUsage(`--listen "${text}" must look like 0.0.0.0:3380 or [::]:3380`);
  }
  return {
    listen,
    dataFolder: required('data-dir', values['data-dir']),
    tls: {
      certificate: required('tls-cert', values['tls-cert']),
      key: required('tls-key', values['tls-key']),
      clientCa: values['client-ca'],
    },
    tokenFile: values['token-file'],
    limits: limitsOf(values),
    version,
  };
}

function parseFlags(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const toggle = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        ...{ listen: text, 'data-dir': text, 'tls-cert': text, 'tls-key': text },
        ...{ 'client-ca': text, 'token-file': text, help: toggle, version: toggle },
        ...{ 'max-clusters': text, 'max-nodes-per-cluster': text, 'max-nodes': text },
        ...{ 'max-connections': text, 'header-timeout': text, 'request-timeout': text },
      },
    }).values;
  } catch (error) {
    throw new BadUsage(reasonOf(error));
  }
}

function required(flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new BadUsage(`--${flag} is missing`);
  return value;
}

function limitsOf(values: ReturnType<typeof parseFlags>): Partial<Limits> {
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const [flag, [limit]] of Object.entries(LIMIT_FLAGS)) {
    const text = values[flag as keyof typeof LIMIT_FLAGS];
    if (text === undefined) continue;
    if (!/^[1-9]\d{0,8}$/.test(text)) {
      throw new BadUsage(`--${flag} "${text}" must be a whole number from 1 to 999999999`);
    }
    limits[limit] = Number(text);
  }
  return limits;
}
