import { readExpression } from '../expression.js';
import { type Parsed, parseHandlebars, parseJsonata, valueFields } from '../expressions/index.js';
import { isObject } from '../levels.js';
import type { DraftStep } from '../schema/draft.js';
import type { StepKind } from '../schema/steps.js';

/** New ids by old ones. */
type Renaming = Readonly<Record<string, string>>;

/** The step with the new ids in all its expressions that name a step or loop by an old one. */
export function renameInValues(step: DraftStep, ids: Renaming): DraftStep {
  const fields = Object.hasOwn(valueFields, String(step.kind)) ? Object.keys(valueFields[step.kind as StepKind]) : [];
  const changed = fields.filter((field) => field in step).map((field) => [field, renameInValue(step[field], ids)]);
  return { ...step, ...Object.fromEntries(changed) };
}

function renameInValue(value: unknown, ids: Renaming): unknown {
  const shape = readExpression(value);
  if (shape?.language === 'jsonata') return { jsonata: renameInSource(shape.source, parseJsonata(shape.source), ids) };
  if (shape?.language === 'handlebars') {
    return { handlebars: renameInSource(shape.source, parseHandlebars(shape.source), ids) };
  }
  if (shape) return value;
  if (Array.isArray(value)) return value.map((item) => renameInValue(item, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renameInValue(inner, ids)]));
}

/** Only names that surely are those of steps are changed; what is computed, or does not parse, stays as it is. */
function renameInSource(source: string, parsed: Parsed, ids: Renaming): string {
  if ('error' in parsed) return source;
  const { steps, loops } = parsed.references;
  const named = [...steps.filter(({ certain }) => certain), ...loops].filter(({ name }) => Object.hasOwn(ids, name));
  // From the end, so that the positions before stay true.
  return named
    .sort((one, other) => other.position - one.position)
    .reduce((text, { name, position }) => {
      if (!text.startsWith(name, position)) return text;
      return text.slice(0, position) + ids[name] + text.slice(position + name.length);
    }, source);
}
