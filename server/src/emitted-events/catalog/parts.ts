import { z } from 'zod';

/** Parts that several events tell alike. */
export const Instant = z.iso.datetime().describe('ISO 8601, UTC');
export const FlowPart = z.object({ id: z.uuid(), name: z.string() });
export const ConnectionPart = z.object({
  id: z.uuid(),
  name: z.string(),
  connector: z.string(),
  simulator: z.boolean().describe('It stands for a system, and changes nothing real'),
});

export const sampleFlow = { id: '01981f2e-6f00-7c3a-9a55-0d5f4c8e1a01', name: 'Offboarding' };
export const sampleRun = '01981f2e-7a10-7b0e-8f3c-3b7c9d2e4f02';
