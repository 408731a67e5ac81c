import { existsSync, readFileSync } from 'node:fs';
import { describedAnswers } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { sailpointTriggers, triggerOf } from './sailpoint-triggers.js';

/** The vendor's own schemas and examples, where a checkout has them beside it. */
const file = new URL('../../../shared/specs/sailpoint/event-triggers.schemas.json', import.meta.url);

interface Described {
  id: string;
  type: 'FIRE_AND_FORGET' | 'REQUEST_RESPONSE';
  inputSchema: object;
  exampleInput: object;
  outputSchema: object | null;
  exampleOutput: object | null;
}

/** The vendor's example of a certification leaves out what its schema requires. */
const incomplete = new Set(['idn:certification-signed-off']);

describe.skipIf(!existsSync(file))('the event triggers', () => {
  const described = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { triggers: Described[] }).triggers
    : [];

  it('are those that SailPoint describes', () => {
    const ours = Object.values(sailpointTriggers).map(({ vendorId }) => vendorId);
    expect(ours.toSorted()).toEqual(described.map(({ id }) => id).toSorted());
  });

  it.each(described)('$id is as SailPoint describes it', async ({ id, type, ...vendors }) => {
    const ours = sailpointTriggers[triggerOf(id)!]!;
    expect(Boolean(ours.answers)).toBe(type === 'REQUEST_RESPONSE');
    const problems = await judgedBy(vendors.inputSchema, ours.sample);
    expect(problems).toEqual([]);
    if (!incomplete.has(id)) expect(ours.payload.safeParse(vendors.exampleInput).error).toBeUndefined();
    if (!ours.answers) return;
    expect(await judgedBy(vendors.outputSchema!, ours.answerSample)).toEqual([]);
    expect(ours.answers.safeParse(vendors.exampleOutput).error).toBeUndefined();
  });
});

/** What is wrong with a value by a schema of the vendor. */
async function judgedBy(schema: object, value: unknown): Promise<string[]> {
  const judge = await describedAnswers({
    openapi: '3.0.1',
    info: { title: 'One schema', version: '1' },
    paths: {
      '/value': {
        get: {
          operationId: 'value',
          responses: { 200: { description: '', content: { 'application/json': { schema: sayable(schema) } } } },
        },
      },
    },
  });
  return judge({ method: 'GET', path: '/value', status: 200, body: value });
}

/** Without `nullable` where no type stands beside it, which says nothing to a validator. */
function sayable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(sayable);
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).filter(([name]) => name !== 'nullable' || 'type' in schema);
  return Object.fromEntries(entries.map(([name, child]) => [name, sayable(child)]));
}
