import { type Route, routes } from '@castellan/api';
import { OpenAPIBackend } from 'openapi-backend';
import { expect, test } from 'vitest';
import { describeApi } from './openapi.js';

const document = describeApi('http://localhost:4600');

test('the document is valid OpenAPI', async () => {
  const definition = structuredClone(document) as never;
  const backend = new OpenAPIBackend({ definition, strict: true, validate: false });
  await expect(backend.init()).resolves.toBeDefined();
});

test('it has every route once, under its own operation id', () => {
  const paths = document.paths as Record<string, Record<string, { operationId: string }>>;
  const operations = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  const count = Object.values(routes).flatMap((table) => Object.values<Route>(table)).length;
  expect(operations).toHaveLength(count);
  expect(new Set(operations).size).toBe(count);
});

test('every reference in it leads somewhere', () => {
  const schemas = Object.keys((document.components as { schemas: object }).schemas);
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"#\/([^"]+)"/g)].map(([, path]) => path);
  expect(references.filter((path) => !schemas.includes(path?.replace('components/schemas/', '') ?? ''))).toEqual([]);
});
