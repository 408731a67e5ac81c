import { ApiErrorBody, apiErrors, type Route, routes } from '@castellan/api';
import { z } from 'zod';
import { apiPrefix } from '../platform/routes/index.js';

type Json = Record<string, unknown>;

/** The OpenAPI 3.0 document of every route, made from the same table that serves them. */
export function describeApi(origin: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const [feature, table] of Object.entries(routes)) {
    for (const [name, route] of Object.entries<Route>(table)) {
      const path = apiPrefix + route.path.replaceAll(/:(\w+)/g, '{$1}');
      const operation = describeRoute(route, { tag: feature, operationId: `${feature}_${name}`, components });
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
    }
  }
  refer(ApiErrorBody, 'output', components);
  return {
    openapi: '3.0.3',
    info: {
      title: 'Castellan',
      version: '1',
      description: `Errors are \`{ code, message, details? }\`:\n\n${describeErrors()}`,
    },
    servers: [{ url: origin }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token (Tokens page)' },
        session: { type: 'apiKey', in: 'cookie', name: 'castellan_session' },
      },
    },
  };
}

interface Surroundings {
  tag: string;
  operationId: string;
  components: Json;
}

function describeRoute(route: Route, { tag, operationId, components }: Surroundings): Json {
  const status = String(route.status ?? 200);
  const answer = refer(route.answer, 'output', components);
  const content = {
    'application/json': { schema: answer },
    ...(route.stream ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
  };
  return {
    operationId,
    tags: [tag],
    summary: route.summary,
    security: route.access === 'public' ? [] : [{ token: [] }, { session: [] }],
    ...(route.access.includes(':') ? { 'x-permission': route.access } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route, components), ...headerParameters(route)],
    ...(route.body
      ? { requestBody: { content: { 'application/json': { schema: refer(route.body, 'input', components) } } } }
      : {}),
    responses: {
      [status]: { description: 'Success', ...(status === '204' ? {} : { content }) },
      default: {
        description: 'Error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ApiError' } } },
      },
    },
  };
}

function pathParameters(route: Route): Json[] {
  return [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(route: Route, components: Json): Json[] {
  if (!route.query) return [];
  const schema = refer(route.query, 'input', components);
  const required = new Set(schema.required as string[] | undefined);
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).map(([name, { description, ...one }]) => ({
    name,
    in: 'query',
    required: required.has(name),
    ...(description === undefined ? {} : { description }),
    schema: one,
  }));
}

function headerParameters(route: Route): Json[] {
  if (!route.ifMatch) return [];
  const description = 'The revision that was edited';
  return [{ name: 'If-Match', in: 'header', required: true, description, schema: { type: 'string' } }];
}

/** The JSON Schema of one place; named schemas in it become components. */
function refer(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  // In a wrapper, so that a named schema becomes a reference even where it is the whole.
  const options = { io, target: 'openapi-3.0', unrepresentable: 'any', override: sayBase64 } as const;
  const wrapped = z.toJSONSchema(z.object({ it: schema }), options);
  const { properties, definitions } = JSON.parse(
    JSON.stringify(wrapped).replaceAll('"#/definitions/', '"#/components/schemas/'),
  );
  for (const [id, definition] of Object.entries(definitions ?? {})) components[id] ??= withoutId(definition as Json);
  return properties.it;
}

/** OpenAPI 3.0 has no `contentEncoding`: there it is a format. */
function sayBase64({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.contentEncoding !== 'base64') return;
  delete jsonSchema.contentEncoding;
  delete jsonSchema.pattern;
  jsonSchema.format = 'byte';
}

function withoutId({ id: _, ...schema }: Json): Json {
  return schema;
}

function describeErrors(): string {
  const rows = Object.entries(apiErrors).map(([code, { status, remedy }]) => `| ${code} | ${status} | ${remedy} |`);
  return ['| code | status | what to do |', '|---|---|---|', ...rows].join('\n');
}
