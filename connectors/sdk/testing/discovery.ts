import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { specs } from './extract.js';

interface Method {
  id: string;
  path: string;
  httpMethod: string;
  parameters?: Record<string, { location: string }>;
  response?: { $ref: string };
}
interface Resource {
  methods?: Record<string, Method>;
  resources?: Record<string, Resource>;
}
type Discovery = Resource & {
  servicePath: string;
  parameters: Record<string, { location: string }>;
  schemas: Record<string, { properties?: Record<string, unknown> }>;
};
interface Extract {
  paths: Record<string, object>;
  components: { schemas: Record<string, { properties?: object }> };
}
interface ExtractedOperation {
  operationId: string;
  parameters?: { name: string; in: string }[];
}

/**
 * Declares a test that an extract, written as OpenAPI, names no method, parameter and field that Google's discovery
 * document does not name. It is left out where that document is not at hand.
 */
export function testDiscoveryExtract(extract: Extract, vendorFile: string): void {
  const file = fileURLToPath(new URL(vendorFile, specs));
  describe.skipIf(!existsSync(file))(`the extract of ${vendorFile}`, () => {
    it('names no method, parameter and field that Google does not name', () => {
      const whole = JSON.parse(readFileSync(file, 'utf8')) as Discovery;
      const theirs = new Map(methodsIn(whole).map((method) => [method.id, method]));
      for (const [path, verbs] of Object.entries(extract.paths)) {
        for (const [verb, ours] of Object.entries(verbs) as [string, ExtractedOperation][]) {
          const method = theirs.get(ours.operationId);
          expect(method, ours.operationId).toBeDefined();
          const place = `/${whole.servicePath}${method!.path}`.replaceAll('{+', '{');
          expect([place, method!.httpMethod]).toEqual([path, verb.toUpperCase()]);
          const known = { ...whole.parameters, ...method!.parameters };
          for (const { name, in: location } of ours.parameters ?? []) expect(known[name]?.location).toBe(location);
        }
      }
      for (const [name, { properties = {} }] of Object.entries(extract.components.schemas)) {
        const known = Object.keys(whole.schemas[name]?.properties ?? {});
        expect(known, name).toEqual(expect.arrayContaining(Object.keys(properties)));
      }
    });
  });
}

const methodsIn = ({ methods = {}, resources = {} }: Resource): Method[] => [
  ...Object.values(methods),
  ...Object.values(resources).flatMap(methodsIn),
];
