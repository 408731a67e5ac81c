import type { EmittedEventType } from '@castellan/api';
import { z } from 'zod';
import { attemptMs } from './attempt.js';

const answer = z
  .object({ status: z.int().min(200).max(299).describe('The HTTP status: any 2xx is the receipt.') })
  .meta({ title: 'Answer of the receiver' })
  .describe(
    `What counts as received, within ${attemptMs / 1_000} seconds. No body is wanted and nothing is done with one; the log shows how it begins.`,
  );

/** What a receiver answers to an event: the same for all of them, since they are told and nothing is asked. */
export const output: EmittedEventType['output'] = { schema: z.toJSONSchema(answer), sample: { status: 204 } };
