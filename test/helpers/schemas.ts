import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

export const SCHEMAS = path.resolve(import.meta.dirname, '../../schemas');

/** The commands that have a `--json` document; `error` is that of any command that fails. */
export const documented = [
  'create',
  'plan',
  'exec',
  'preflight',
  'init',
  'config-validate',
  'status',
  'destroy',
  'env',
  'ls',
  'discovery-ls',
  'lock-ls',
  'lock-release',
  'support',
  'token-create',
  'token-show',
  'token-rm',
  'error',
] as const;
export type Documented = (typeof documented)[number];

export interface JsonSchema {
  readonly $id?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** What a line of `--events ndjson` says. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** The events of a stream, each of which is as promised. */
export function readEvents(text: string): Event[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const event = JSON.parse(line) as Event;
      const problems = validateJson('events', event);
      if (problems.length > 0) throw new Error(`${line}\n${problems.join('\n')}`);
      return event;
    });
}

export function readSchema(name: Documented | 'events'): JsonSchema {
  return JSON.parse(readFileSync(path.join(SCHEMAS, `${name}.json`), 'utf8')) as JsonSchema;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
for (const name of [...documented, 'events'] as const) ajv.addSchema(readSchema(name));

/** What is wrong with a command's `--json` document; empty when it is as promised. */
export function validateJson(command: Documented | 'events', document: unknown): string[] {
  const validate = ajv.getSchema(`${command}.json`);
  if (!validate) throw new Error(`no schema ${command}.json`);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) =>
      `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}
