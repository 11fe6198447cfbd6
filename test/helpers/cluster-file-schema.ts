import {
  clusterFileShape,
  type Leaf,
  type List,
  type Mapping,
  type Shape,
} from '../../src/config/shape.ts';
import { storeImages } from '../../src/discovery/index.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A reference to an environment variable, which may hold what is asked for. */
const REFERENCE = { type: 'string', pattern: '\\$\\{' };

/** The JSON Schema of `swarmctl.yaml`, from the shape that it is read by. */
export function clusterFileSchema(): Schema {
  const { keys, description } = clusterFileShape(storeImages);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'swarmctl.yaml.schema.json',
    title: 'swarmctl.yaml',
    description,
    type: 'object',
    additionalProperties: false,
    required: ['version', 'name'],
    properties: below(keys),
  };
}

function below(keys: Mapping['keys']): Schema {
  return Object.fromEntries(Object.entries(keys).map(([name, shape]) => [name, ofShape(shape)]));
}

function ofShape(shape: Shape): Schema {
  if (shape.form === 'mapping') return ofMapping(shape);
  return shape.form === 'list' ? ofList(shape) : ofLeaf(shape);
}

function ofList({ description, entry: { keys, short, oneOf = [] } }: List): Schema {
  const text = { type: 'string', minLength: 1 };
  const required = oneOf.map((key) => [key, { description: keys[key]?.description, ...text }]);
  const mapping = {
    type: 'object',
    additionalProperties: false,
    properties: { ...below(keys), ...(Object.fromEntries(required) as Schema) },
    required: oneOf,
  };
  const items = short ? { anyOf: [{ description: short.description, ...text }, mapping] } : mapping;
  return { description, type: ['array', 'null'], minItems: 1, items };
}

function ofMapping({ description, keys, short, oneOf = [] }: Mapping): Schema {
  const mapping = {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: below(keys),
  };
  if (!short) return { description, ...mapping };
  return {
    description,
    anyOf: [
      ofLeaf(short),
      { ...mapping, type: 'object', oneOf: oneOf.map(needing) },
      { type: 'null' },
    ],
  };
}

/** The property said again, for ajv's strict mode. */
function needing(key: string): Schema {
  return { properties: { [key]: {} }, required: [key] };
}

/** A key whose value is commented out has null. */
function ofLeaf({ form, setting, description, values, most, standard }: Leaf): Schema {
  const about = { description, ...(standard !== undefined && { default: standard }) };
  const text = { type: 'string', minLength: 1 };
  switch (form) {
    case 'version':
      return { ...about, const: 1 };
    case 'count':
      return { ...about, type: ['integer', 'null'], minimum: 1, maximum: most };
    case 'switch':
      return { ...about, type: ['boolean', 'null'] };
    case 'text':
    case 'path':
      if (setting === 'name') return { ...about, ...text };
      if (values) return { ...about, anyOf: [{ enum: [...values, null] }, REFERENCE] };
      return { ...about, type: ['string', 'null'], minLength: 1 };
    case 'texts':
    case 'paths':
      return { ...about, type: ['array', 'null'], items: text };
    case 'pairs':
      return {
        ...about,
        anyOf: [
          { type: 'array', items: text },
          {
            type: 'object',
            additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
          },
          { type: 'null' },
        ],
      };
  }
}
