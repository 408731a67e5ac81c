import { isObject, levelsOf } from '../levels.js';
import { flowLimits, utf8Length } from '../limits.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { draftSchema } from '../schema/draft.js';
import { readIssues } from './issues.js';
import { error } from './problems.js';

/** What keeps the other checks from looking at a document at all: it is no flow, or it is beyond the limits. */
export function checkDocument(document: unknown): Problem[] {
  if (!isObject(document)) {
    return [
      error({ code: 'not_a_flow', pointer: '', message: 'A flow is a JSON object.', fix: 'Start from an empty flow.' }),
    ];
  }
  const unreadable = findUnreadable(document);
  if (unreadable) return [unreadable];
  const draft = draftSchema.safeParse(document);
  if (!draft.success) {
    return readIssues(draft.error.issues, document).map(({ pointer, message }) =>
      error({
        code: 'not_a_flow',
        pointer,
        message: `${pointer} ${message}.`,
        fix: 'Write it as the flow format says.',
      }),
    );
  }
  return checkSize(document);
}

/** Too deep to be walked by the other checks, or a key that means something else to JavaScript than to JSON. */
function findUnreadable(document: object): Problem | undefined {
  const open: { value: object; pointer: string; depth: number }[] = [{ value: document, pointer: '', depth: 1 }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, pointer, depth } = place;
    if (depth > flowLimits.depth) {
      const message = `Values stand more than ${flowLimits.depth} levels deep within each other.`;
      return error({ code: 'too_deep', pointer, message, fix: 'Make them flatter.' });
    }
    for (const [key, inner] of Object.entries(value)) {
      const inside = below(pointer, key);
      if (key === '__proto__') {
        return error({
          code: 'forbidden_key',
          pointer: inside,
          message: 'No field can be named "__proto__".',
          fix: 'Rename it.',
        });
      }
      if (typeof inner === 'object' && inner !== null) open.push({ value: inner, pointer: inside, depth: depth + 1 });
    }
  }
  return undefined;
}

function checkSize(document: Record<string, unknown>): Problem[] {
  const bytes = utf8Length(JSON.stringify(document));
  const levels = levelsOf(document);
  const steps = levels.reduce((sum, level) => sum + level.steps.length, 0);
  const wires = levels.reduce((sum, level) => sum + level.wires.length, 0);
  const fix = 'Move a part of it into a flow of its own and call that with a subflow step.';
  const problems: Problem[] = [];
  const report = (code: string, pointer: string, message: string) =>
    problems.push(error({ code, pointer, message, fix }));
  if (bytes > flowLimits.bytes)
    report('flow_too_large', '', `The flow has ${bytes} bytes; at most ${flowLimits.bytes} are allowed.`);
  if (steps > flowLimits.steps)
    report('too_many_steps', '/steps', `The flow has ${steps} steps; at most ${flowLimits.steps} are allowed.`);
  if (wires > flowLimits.wires)
    report('too_many_wires', '/wires', `The flow has ${wires} wires; at most ${flowLimits.wires} are allowed.`);
  return problems;
}
