import {
  type Auth,
  type Change,
  type Connector,
  type ConnectorEntry,
  describeConnector,
  type Host,
  type JsonObject,
  type Operation,
  pagesOf,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import type { ApiDefinition, ApiOperation } from './definition.js';
import { requestOf } from './requests.js';
import { authOfSignIn, serverUrl } from './sign-in-auth.js';

/** A connector made of an imported definition. It is called like any other. */
export function connectorOfApi(definition: ApiDefinition): Connector {
  const { id, title, docs, server, signIns, test } = definition;
  const auth = signIns.map((signIn) => authOfSignIn(signIn, server)) as [Auth, ...Auth[]];
  const operations = Object.entries(definition.operations).map(([name, one]) => [name, operationOf(definition, one)]);
  const connector: Connector = {
    ...{ id, title, docs, auth, judgedBy: 'description' },
    sampleConnection: { kind: auth[0].kind, fields: {} },
    baseUrl: (fields) => serverUrl(server, fields),
    operations: Object.fromEntries(operations) as Record<string, Operation>,
    triggers: {},
    schemes: [],
    test: (host) => prove(host, test === null ? undefined : definition.operations[test]),
  };
  return connector;
}

/** The same as the catalogue shows it, with the schemas as they were imported. */
export function describeApi(definition: ApiDefinition, connector: Connector): ConnectorEntry {
  return {
    ...describeConnector({ ...connector, operations: {} }),
    operations: Object.entries(definition.operations).map(([id, operation]) => ({
      ...{ id, title: operation.title, summary: operation.summary, docs: operation.docs || definition.docs },
      ...{ effect: operation.effect, idempotency: operation.idempotency, judgedBy: 'description' as const },
      ...{ input: inputOf(operation), output: outputOf(operation), options: {} },
      text: textTargetsOfApi(operation),
      changes: operation.effect === 'read' ? [] : changesOf(operation, operation.sample.input as JsonObject),
      readsBefore: false,
      ...(operation.effect === 'destructive' ? { withoutBefore } : {}),
      sample: { input: operation.sample.input, output: sampleOutput(operation) },
    })),
  };
}

const withoutBefore = 'The description of the API does not say how the state before is read.';

/** Where text fields end up: what goes into a header must not break out of it. */
export function textTargetsOfApi({ parameters }: ApiOperation): Record<string, 'header'> {
  const headers = parameters.filter((parameter) => parameter.in === 'header');
  return Object.fromEntries(
    headers.map(({ field }) => [`/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'header']),
  );
}

function operationOf(definition: ApiDefinition, operation: ApiOperation): Operation {
  const { title, summary, effect, idempotency, sample, paging } = operation;
  let checked: z.ZodObject | undefined;
  return {
    ...{ title, summary, docs: operation.docs || definition.docs, effect, idempotency, sample },
    get input() {
      checked ??= z.fromJSONSchema(inputOf(operation) as Parameters<typeof z.fromJSONSchema>[0]) as z.ZodObject;
      return checked;
    },
    // What the vendor answers beside its description is still its answer.
    output: z.unknown(),
    ...(effect === 'read' ? {} : { changes: (input: JsonObject) => changesOf(operation, input) }),
    ...(effect === 'destructive' ? { withoutBefore } : {}),
    ...(paging
      ? { run: (input: JsonObject, host: Host) => readList(operation, input, host) }
      : {
          request: (input: JsonObject, { idempotencyKey }: { idempotencyKey: string }) =>
            requestOf(operation, input, idempotencyKey),
        }),
  } as Operation;
}

const usualItems = 1_000;

const itemsField = {
  type: 'integer',
  minimum: 1,
  maximum: 10_000,
  title: 'Items at most',
  description: 'The list is read page by page to its end, or until there are so many items.',
  examples: [usualItems],
};

/** The parameter that asks for a page is ours to fill. */
function inputOf({ input, paging, parameters }: ApiOperation) {
  if (!paging) return input;
  const asks = parameters.find((parameter) => parameter.in === 'query' && parameter.name === paging.parameter)?.field;
  const properties = Object.entries(input.properties as JsonObject).filter(([name]) => name !== asks);
  const required = (input.required as string[]).filter((name) => name !== asks);
  return { ...input, properties: { ...Object.fromEntries(properties), maxItems: itemsField }, required };
}

function outputOf({ output, paging }: ApiOperation) {
  if (!paging) return output;
  const list = listIn(output, paging.items);
  return { type: 'object', properties: { items: { ...list, type: 'array' } }, required: ['items'] };
}

function listIn(output: JsonObject, place: string): JsonObject {
  if (place === '') return output;
  const found = ((output.properties ?? {}) as Record<string, JsonObject>)[nameIn(place)] ?? {};
  const lists = (found.anyOf ?? [found]) as JsonObject[];
  return lists.find(({ type }) => type === 'array') ?? {};
}

function sampleOutput({ sample, paging }: ApiOperation) {
  if (!paging) return sample.output;
  const list = paging.items === '' ? sample.output : (sample.output as JsonObject | null)?.[nameIn(paging.items)];
  return { items: Array.isArray(list) ? list : [] };
}

const nameIn = (place: string) => place.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');

async function readList(operation: ApiOperation, { maxItems, ...input }: JsonObject, { http, idempotencyKey }: Host) {
  const { first, paging } = pagesOf(requestOf(operation, input, idempotencyKey), operation.paging!);
  return { items: await readPages(http, first, paging, (maxItems as number | undefined) ?? usualItems) };
}

const actions: Record<string, Change['action']> = { PUT: 'update', PATCH: 'update', DELETE: 'delete' };

/** Named by the call's path, filled as far as the input goes: more is not known of an imported API. */
function changesOf({ method, path, parameters, effect }: ApiOperation, input: JsonObject): Change[] {
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((built, { field, name }) => built.replace(`{${name}}`, String(input[field] ?? `{${name}}`)), path);
  const action = effect === 'destructive' ? 'delete' : (actions[method] ?? 'create');
  return [{ action, object: { type: 'call', id: filled, title: `${method} ${filled}` } }];
}

/** The chosen read shows that the credentials are taken; without one, that the server answers and does not refuse them. */
async function prove({ http }: Host, operation: ApiOperation | undefined): Promise<{ said: string }> {
  if (operation) {
    await http.send(requestOf(operation, {}, ''));
    return { said: `${operation.title} was answered.` };
  }
  const { status } = await http.send({ method: 'GET', accept: answering });
  return { said: `The server answers (${status}). Whether the credentials are good shows with the first call.` };
}

/** Whatever a server says at its base address, but that it refuses who asks or is out of order. */
const answering = Array.from({ length: 200 }, (_, index) => 300 + index).filter(
  (status) => ![401, 429].includes(status),
);
