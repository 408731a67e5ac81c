import { createHash } from 'node:crypto';
import { FatalError, type JsonValue, normalizeJson, operation } from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://www.rfc-editor.org/rfc/rfc8259';

/** JSON text and values, and hashes of texts. */
export const textTools = {
  parseJson: operation({
    title: 'Read JSON',
    docs: `${docs}#section-2`,
    summary: 'The value that a JSON text holds.',
    input: z.strictObject({ text: z.string().meta({ title: 'JSON', multiline: true }) }),
    output: z.object({ value: z.unknown() }),
    effect: 'read',
    run: async ({ text }) => ({ value: parsed(text) }),
    sample: {
      input: { text: '{"team": "Engineering", "seats": 3}' },
      output: { value: { team: 'Engineering', seats: 3 } },
    },
  }),

  writeJson: operation({
    title: 'Write JSON',
    docs: `${docs}#section-2`,
    summary: 'A value as JSON text.',
    input: z.strictObject({
      value: z.unknown().meta({ title: 'Value' }),
      indented: z.boolean().default(false).meta({ title: 'On several lines' }),
    }),
    output: z.object({ text: z.string() }),
    effect: 'read',
    run: async ({ value, indented }) => ({ text: JSON.stringify(value ?? null, null, indented ? 2 : 0) }),
    sample: {
      input: { value: { team: 'Engineering', seats: 3 } },
      output: { text: '{"team":"Engineering","seats":3}' },
    },
  }),

  hash: operation({
    title: 'Hash a text',
    docs: 'https://csrc.nist.gov/pubs/fips/180-4/upd1/final',
    summary: 'The SHA-256 or SHA-512 hash of a text in UTF-8: the same for the same text, and no way back.',
    input: z.strictObject({
      text: z.string().meta({ title: 'Text', multiline: true }),
      algorithm: z.enum(['sha256', 'sha512']).default('sha256').meta({ title: 'Algorithm' }),
      encoding: z.enum(['hex', 'base64']).default('hex').meta({ title: 'Written as' }),
    }),
    output: z.object({ hash: z.string() }),
    effect: 'read',
    run: async ({ text, algorithm, encoding }) => ({
      hash: createHash(algorithm).update(text, 'utf8').digest(encoding),
    }),
    sample: {
      input: { text: 'castellan' },
      output: { hash: '0710c0cd2cd70f39e49520c8dc60705d83275b6fd11032459556f85c095ba13f' },
    },
  }),
};

function parsed(text: string): JsonValue {
  try {
    return normalizeJson(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `The text is no JSON: ${error.message.slice(0, 200)}`;
    throw new FatalError(message, { code: 'E_INPUT', details: { pointer: '/text' } });
  }
}
