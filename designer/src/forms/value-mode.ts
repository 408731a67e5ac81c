import { type Json, readDataPath, readExpression } from '@castellan/flow';
import { type DataPath, handlebarsPath, jsonataPath } from './path.js';

/** How a field's value is given: as it stands, or computed. */
export type ValueMode = 'value' | 'jsonata' | 'handlebars' | 'variable';

export function valueMode(value: unknown): ValueMode {
  const expression = readExpression(value);
  if (expression === undefined || expression.language === 'literal') return 'value';
  return expression.language === 'var' ? 'variable' : expression.language;
}

/** What the field shows in mode value: a quoted literal without its quotes. */
export function plainValue(value: unknown): unknown {
  const expression = readExpression(value);
  return expression?.language === 'literal' ? expression.value : value;
}

/** A plain value as the flow holds it: quoted where it would be read as an expression. */
export function quoteValue(value: unknown): unknown {
  return readExpression(value) === undefined ? value : { literal: value };
}

/**
 * The same value in another mode, as near as the languages allow: a text becomes a quoted string, a path
 * becomes a path of the other language. Where nothing fits the field starts empty.
 */
export function switchMode(value: unknown, to: ValueMode): unknown {
  const from = valueMode(value);
  if (from === to) return value;
  if (to === 'jsonata') return { jsonata: toJsonata(value) };
  if (to === 'handlebars') return { handlebars: toHandlebars(value) };
  if (to === 'variable') return { var: '' };
  const expression = readExpression(value);
  if (expression === undefined || expression.language === 'literal' || expression.language === 'var') return undefined;
  if (expression.language === 'handlebars') return expression.source.includes('{{') ? undefined : expression.source;
  return parseJson(expression.source);
}

/** A value, which may hold expressions at any depth, as JSONata source. */
export function toJsonata(value: unknown): string {
  if (value === undefined || value === '') return '';
  const expression = readExpression(value);
  if (expression?.language === 'jsonata') return expression.source;
  if (expression?.language === 'handlebars') return templateToJsonata(expression.source);
  if (expression?.language === 'var') return jsonataPath(['vars', expression.name]);
  if (expression?.language === 'literal') return JSON.stringify(expression.value, null, 2);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(toJsonata).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${toJsonata(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return JSON.stringify(value);
}

function toHandlebars(value: unknown): string {
  const expression = readExpression(value);
  if (expression?.language === 'var') return `{{${handlebarsPath(['vars', expression.name])}}}`;
  if (expression?.language === 'jsonata') return jsonataToTemplate(expression.source);
  const plain = plainValue(value);
  if (plain === undefined || plain === null) return '';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** A text with a path in the place of a part of it, as a template. Braces that stand in the text stay text. */
export function templateWith(text: string, { from, to }: { from: number; to: number }, path: DataPath) {
  const literally = (part: string) => part.replaceAll('{{', '\\{{');
  return { handlebars: `${literally(text.slice(0, from))}{{${handlebarsPath(path)}}}${literally(text.slice(to))}` };
}

function jsonataToTemplate(source: string): string {
  const path = readDataPath(source.trim());
  if (path !== undefined && path.length > 0) return `{{${handlebarsPath(path)}}}`;
  const text = parseJson(source);
  return typeof text === 'string' ? text : '';
}

/** `Hello {{trigger.body.name}}` becomes `"Hello " & trigger.body.name`; blocks and helpers are left to the person. */
function templateToJsonata(source: string): string {
  const parts = source.split(/(\{\{[^{}]*\}\})/).filter((part) => part !== '');
  const written: string[] = [];
  for (const part of parts) {
    if (!part.startsWith('{{')) {
      written.push(JSON.stringify(part));
      continue;
    }
    const path = readDataPath(
      part
        .slice(2, -2)
        .replaceAll(/\.?\[([^\]]*)\]/g, '.`$1`')
        .trim(),
    );
    if (path === undefined) return '';
    written.push(jsonataPath(path));
  }
  return written.join(' & ');
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
