import { z } from 'zod';
import { route } from './route.js';

/** Values of a run that may be too large for the answers that have them: these show how such a value begins. */
export const valueParts = ['trigger', 'input', 'output'] as const;

/** Which values of a row are only shown as they begin, with the bytes of the whole. */
export const LargeParts = z
  .partialRecord(z.enum(valueParts), z.object({ size: z.number().int() }))
  .nullable()
  .meta({ id: 'LargeParts' });
export type LargeParts = z.infer<typeof LargeParts>;

export const historyRoutes = {
  value: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/value',
    access: 'run:read',
    summary: 'A value of a run as a whole, as a file of JSON',
    query: z.object({
      part: z.enum(valueParts),
      step: z.string().max(48).optional().describe('Whose input or output'),
      iteration: z.string().max(100).default(''),
    }),
    answer: z.unknown(),
  }),
};
