import { readFileSync } from 'node:fs';
import { type Flow, flowSchema, stepPlaces } from '@castellan/flow';
import jsonata from 'jsonata';
import { addedFunctions } from '../server/src/expressions/host/functions/index.js';

/** What the file of a template holds: its flow, and what else a spec says that it reads. */
export function readTemplate<T extends object = object>(id: string): T & { flow: unknown } {
  return JSON.parse(readFileSync(new URL(`./${id}.json`, import.meta.url), 'utf8')) as T & { flow: unknown };
}

export const flowOf = (id: string): Flow => flowSchema.parse(readTemplate(id).flow);

/** A step, wherever it stands, as what a spec reads of it. */
export function stepOf<T = Record<string, unknown>>(flow: Flow, id: string): T {
  return stepPlaces(flow).find((place) => place.id === id)!.step as T;
}

export function filterOf(flow: Flow, trigger: string): unknown {
  return (flow.triggers[trigger] as unknown as { filter: unknown }).filter;
}

/** What a shape step gives, or one field of it. */
export function outputOf(flow: Flow, step: string, context: object, field?: string): Promise<unknown> {
  const { output } = stepOf(flow, step);
  return evaluate(field === undefined ? output : (output as Record<string, unknown>)[field], context);
}

/** What an expression gives, as JSON, which is how a step hands it on. `bindings` go before the functions of that name. */
export async function evaluate(source: unknown, context: object, bindings?: Record<string, unknown>): Promise<unknown> {
  const expression = jsonata((source as { jsonata: string }).jsonata);
  for (const [name, { signature, run }] of Object.entries(addedFunctions)) {
    expression.registerFunction(name, run as () => unknown, signature);
  }
  const found: unknown = await expression.evaluate(context, bindings);
  return found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as unknown);
}
