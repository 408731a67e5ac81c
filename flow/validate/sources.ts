import { type Parsed, parseHandlebars, parseJsonata } from '../expressions/index.js';
import { flowLimits, utf8Length } from '../limits.js';
import type { Problem } from '../schema/catalog.js';
import { error } from './problems.js';

/** A source that was parsed, or the problem that it has. */
export type Source = Extract<Parsed, { references: unknown }> | { problem: Problem };

/** Parsed sources by language and text: a designer validates the same ones again at each edit. */
const kept = new Map<string, Parsed>();
const mostKept = 4_000;
const longestKept = 2_000;

/** Parses the source that stands at `pointer`, unless it is too long. */
export function readSource(language: 'jsonata' | 'handlebars', source: string, pointer: string): Source {
  const isTemplate = language === 'handlebars';
  const limit = isTemplate ? flowLimits.template : flowLimits.expression;
  const bytes = utf8Length(source);
  if (bytes > limit) {
    const code = isTemplate ? 'template_too_long' : 'expression_too_long';
    const message = `The ${isTemplate ? 'template' : 'expression'} has ${bytes} bytes; at most ${limit} are allowed.`;
    return { problem: error({ code, pointer, message, fix: 'Make a part of the value in a step before.' }) };
  }
  const parsed = parse(language, source);
  if ('references' in parsed) return parsed;
  const { message, position } = parsed.error;
  const sentence = `The ${isTemplate ? 'template' : 'expression'} does not parse at character ${position + 1}: ${message}`;
  const code = isTemplate ? 'template_invalid' : 'expression_invalid';
  return { problem: error({ code, pointer, message: sentence, fix: 'Correct it there.' }) };
}

function parse(language: 'jsonata' | 'handlebars', source: string): Parsed {
  const key = `${language} ${source}`;
  const known = kept.get(key);
  if (known) return known;
  const parsed = language === 'jsonata' ? parseJsonata(source) : parseHandlebars(source);
  if (source.length <= longestKept) {
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, parsed);
  }
  return parsed;
}
