import type { z } from 'zod';
import { isObject } from '../levels.js';
import { flowLimits } from '../limits.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { flowSchema } from '../schema/flow.js';
import { type StepKind, stepKinds, stepSchemas } from '../schema/steps.js';
import { triggerKinds, triggerSchemas } from '../schema/triggers.js';
import type { Facts } from './facts.js';
import { type Mismatch, readIssues } from './issues.js';
import { error, listNames, quote } from './problems.js';

/** Fields that are missing, of the wrong type, too long or unknown, in the flow, its steps and its triggers. */
export function checkFields(facts: Facts): Problem[] {
  return [...checkTop(facts), ...facts.triggers.flatMap(checkTrigger), ...facts.steps.flatMap(checkStep)];
}

function checkTop({ flow, steps, triggers }: Facts): Problem[] {
  // Steps and triggers are checked one by one, by kind; wires have checks of their own.
  const top = { ...flow, steps: {}, triggers: {}, wires: [] };
  const problems = checkAgainst(flowSchema, top, '');
  if (triggers.length === 0) {
    const fix = 'Add a trigger, such as a webhook or a schedule.';
    problems.push(error({ code: 'no_trigger', pointer: '/triggers', message: 'Nothing starts this flow.', fix }));
  }
  if (steps.length === 0) {
    problems.push(
      error({ code: 'no_steps', pointer: '/steps', message: 'The flow has no steps.', fix: 'Add a step.' }),
    );
  }
  return problems;
}

function checkTrigger({ trigger, pointer }: Facts['triggers'][number]): Problem[] {
  const kind = triggerKinds.find((known) => known === trigger.kind);
  if (!kind) return [kindUnknown('trigger', trigger.kind, pointer, triggerKinds)];
  return checkAgainst(triggerSchemas[kind], trigger, pointer);
}

function checkStep({ id, step, pointer, level }: Facts['steps'][number]): Problem[] {
  const kind = stepKinds.find((known) => known === step.kind);
  if (!kind) return [{ ...kindUnknown('step', step.kind, pointer, stepKinds), stepId: id }];
  const problems = checkAgainst(stepSchemas[kind], withoutConditions(kind, step), pointer);
  if (kind === 'loop') {
    if (!isObject(step.steps) || Object.keys(step.steps).length === 0) {
      const fix = 'Put the steps that run for each item into it.';
      problems.push(
        error({ code: 'loop_empty', pointer: below(pointer, 'steps'), message: 'The loop has no steps.', fix }),
      );
    }
    if (level.loops.length + 1 > flowLimits.nesting) {
      const message = `Loops stand more than ${flowLimits.nesting} deep within each other.`;
      problems.push(
        error({ code: 'nesting_too_deep', pointer, message, fix: 'Move the inner part into a flow of its own.' }),
      );
    }
  }
  return problems.map((problem) => ({ ...problem, stepId: id }));
}

/** Bodies are walked on their own, and conditions have a check that can say more than a union can. */
function withoutConditions(kind: StepKind, step: Record<string, unknown>): Record<string, unknown> {
  const stand: Record<string, unknown> = { ...step };
  const always = { jsonata: 'true' };
  if (kind === 'loop') Object.assign(stand, { steps: {}, wires: [] });
  if (kind === 'filter') stand.when = always;
  if (kind === 'branch' && Array.isArray(step.cases)) {
    stand.cases = step.cases.map((one: unknown) => (isObject(one) ? { ...one, when: always } : one));
  }
  return stand;
}

function kindUnknown(what: string, kind: unknown, pointer: string, kinds: readonly string[]): Problem {
  const message =
    kind === undefined ? `This ${what} has no kind.` : `There is no kind of ${what} named ${quote(kind)}.`;
  return error({
    code: 'kind_unknown',
    pointer: below(pointer, 'kind'),
    message,
    fix: `Choose ${listNames(kinds, 'or')}.`,
  });
}

function checkAgainst(schema: z.ZodType, value: unknown, pointer: string): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return readIssues(result.error.issues, value).map((mismatch) => describe(mismatch, pointer));
}

function describe({ kind, pointer: inner, message }: Mismatch, pointer: string): Problem {
  const place = { pointer: pointer + inner, message: `${quote(inner.slice(1))} ${message}.` };
  if (kind === 'unknown_field')
    return error({ code: 'field_unknown', ...place, fix: 'Remove it, or correct its name.' });
  if (kind === 'missing') return error({ code: 'field_missing', ...place, fix: 'Fill it in.' });
  if (kind === 'too_long') return error({ code: 'text_too_long', ...place, fix: 'Shorten it.' });
  return error({ code: 'field_wrong', ...place, fix: 'Correct it.' });
}
