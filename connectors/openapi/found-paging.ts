import type { JsonSchema } from '@castellan/sdk';
import type { FoundAnswer } from './answers.js';
import type { ApiPaging } from './definition.js';
import type { FoundParameter } from './parameters.js';

const cursorNames =
  /^(?:cursor|page_?cursor|page\[cursor\]|next_?cursor|start_?cursor|page_?token|next_?page_?token|next_?token|continuation_?token|bookmark|after|starting_after)$/i;
const pageNames = /^(?:page|page_?number|page\[number\]|page_?no|current_?page)$/i;
const offsetNames = /^(?:offset|skip|\$skip|start_?at|page\[offset\]|sysparm_offset)$/i;
const nextNames =
  /^(?:next|next_?(?:cursor|token|page|page_?token|link|url)|@odata\.nextLink|cursor|end_?cursor|after|continuation_?token|bookmark)$/i;
/** What is told there is an address, whatever the parameters say. */
const linkNames = /^(?:@odata\.nextLink|next_?(?:link|url|href|page_?(?:link|url)))$/i;
const listNames = /^(?:items|results?|data|values?|entries|records|resources|list|elements)$/i;

/** How the list of a read operation is cut into pages, where parameters and answer tell; else null. */
export function findPaging(parameters: FoundParameter[], { schema, headers }: FoundAnswer): ApiPaging | null {
  const items = listIn(schema);
  if (items === null) return null;
  const named = (pattern: RegExp) =>
    parameters.find(({ parameter }) => parameter.in === 'query' && pattern.test(parameter.name));
  const link = nextIn(schema, linkNames);
  if (link !== null) return { paging: 'cursor', items, next: link, firstPage: 1 };
  const cursor = named(cursorNames);
  const next = cursor ? nextIn(schema, nextNames) : null;
  if (cursor && next !== null) return { paging: 'cursor', items, next, parameter: cursor.parameter.name, firstPage: 1 };
  if (headers.includes('link') && items === '') return { paging: 'link', items, firstPage: 1 };
  const page = named(pageNames);
  if (page && isCounted(page.schema)) {
    return {
      paging: 'page',
      items,
      parameter: page.parameter.name,
      firstPage: page.schema.minimum === 0 || usualOf(page.schema) === 0 ? 0 : 1,
    };
  }
  const offset = named(offsetNames);
  return offset && isCounted(offset.schema)
    ? { paging: 'offset', items, parameter: offset.parameter.name, firstPage: 1 }
    : null;
}

/** Where the list is: the answer itself, or the one list in it, by the usual names where there are several. */
function listIn(schema: JsonSchema): string | null {
  if (schema.type === 'array') return '';
  const lists = propertiesOf(schema).filter(([, property]) => isList(property));
  const [only, ...others] = lists;
  if (only && others.length === 0) return `/${escaped(only[0])}`;
  const usual = lists.filter(([name]) => listNames.test(name));
  return usual.length === 1 ? `/${escaped(usual[0]?.[0] ?? '')}` : null;
}

/** Where the answer names the next page: a text by a usual name, at the top or one level below. */
function nextIn(schema: JsonSchema, names: RegExp, above = ''): string | null {
  const properties = propertiesOf(schema);
  const own = properties.find(([name, property]) => names.test(name) && isText(property));
  if (own) return `${above}/${escaped(own[0])}`;
  if (above !== '') return null;
  return properties.reduce<string | null>(
    (found, [name, property]) => found ?? nextIn(property, names, `/${escaped(name)}`),
    null,
  );
}

const propertiesOf = (schema: JsonSchema) => Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
const alternatives = (schema: JsonSchema) => [schema, ...((schema.anyOf ?? []) as JsonSchema[])];
const isList = (schema: JsonSchema) => alternatives(schema).some(({ type }) => type === 'array');
const isText = (schema: JsonSchema) => alternatives(schema).some(({ type }) => type === 'string');
const isCounted = (schema: JsonSchema) =>
  alternatives(schema).some(({ type }) => type === 'integer' || type === 'number');
const usualOf = (schema: JsonSchema) => (Array.isArray(schema.examples) ? schema.examples[0] : undefined);
const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
