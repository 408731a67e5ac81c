import { fieldShape, type JsonSchema, resolveSchema } from './json-schema.js';

/** What a new item or field begins with: its default, else the least that its type allows. */
export function blankValue(schema: JsonSchema, root: JsonSchema): unknown {
  const resolved = resolveSchema(schema, root);
  if (resolved.default !== undefined) return resolved.default;
  if (resolved.const !== undefined) return resolved.const;
  const shape = fieldShape(resolved, root);
  switch (shape.type) {
    case 'choice':
      return shape.options[0]?.value ?? null;
    case 'number':
      return shape.minimum ?? 0;
    case 'boolean':
      return false;
    case 'list':
    case 'choices':
      return [];
    case 'object':
      return Object.fromEntries(
        shape.properties
          .filter((property) => property.required)
          .map((property) => [property.name, blankValue(property.schema, root)]),
      );
    case 'record':
      return {};
    case 'variants':
      return blankValue(shape.variants[0]!.schema, root);
    default:
      return '';
  }
}

/** An example of data of this schema, for completion and previews where no real data is at hand. */
export function exampleValue(schema: JsonSchema, root: JsonSchema = schema, depth = 0): unknown {
  const resolved = resolveSchema(schema, root);
  if (Array.isArray(resolved.examples) && resolved.examples.length > 0) return resolved.examples[0]!;
  if (resolved.default !== undefined) return resolved.default;
  if (resolved.const !== undefined) return resolved.const;
  if (depth > 6) return null;
  const shape = fieldShape(resolved, root);
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(shape.properties.map((p) => [p.name, exampleValue(p.schema, root, depth + 1)]));
    case 'list':
      return [exampleValue(shape.item, root, depth + 1)];
    case 'choices':
      return shape.options.slice(0, 1).map((option) => option.value);
    case 'record':
      return { key: exampleValue(shape.value, root, depth + 1) };
    case 'variants':
      return exampleValue(shape.variants[0]!.schema, root, depth + 1);
    case 'text':
      return exampleText(resolved);
    case 'any':
      return null;
    default:
      return blankValue(resolved, root);
  }
}

function exampleText(schema: JsonSchema): string {
  switch (schema.format) {
    case 'email':
      return 'jane.doe@example.com';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'date-time':
      return '2026-01-31T09:00:00Z';
    case 'uri':
    case 'url':
      return 'https://example.com';
    default:
      return 'text';
  }
}
