import { z } from 'zod';
import type { ConnectionSlot, Layout, Settings, Variable } from './flow.js';

/** A wire of which anything may be missing. */
export const draftWireSchema = z.looseObject({
  from: z.string().optional(),
  port: z.string().optional(),
  to: z.string().optional(),
});
export type DraftWire = z.infer<typeof draftWireSchema>;

/** A step of which anything may be missing and no field is checked yet. */
export interface DraftStep {
  kind?: string | undefined;
  title?: string | undefined;
  /** The body, of a loop. */
  steps?: Record<string, DraftStep> | undefined;
  wires?: DraftWire[] | undefined;
  [field: string]: unknown;
}

const draftStepsSchema: z.ZodType<Record<string, DraftStep>> = z.lazy(() => z.record(z.string(), draftStepSchema));

export const draftStepSchema = z.looseObject({
  kind: z.string().optional(),
  title: z.string().optional(),
  steps: draftStepsSchema.optional(),
  wires: z.array(draftWireSchema).optional(),
});

export const draftTriggerSchema = z.looseObject({ kind: z.string().optional(), title: z.string().optional() });
export type DraftTrigger = z.infer<typeof draftTriggerSchema>;

/** Keeps what it does not know, so that an unfinished or newer draft loses nothing. */
const anyObject = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

/**
 * A flow being drawn: the same format with anything missing allowed. It refuses only what is no flow at all
 * (not an object, steps that are no objects, wires that are no list); `validate` says all the rest.
 */
export const draftSchema = z.looseObject({
  schema: z.literal(1).optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  connections: z.record(z.string(), anyObject<Partial<ConnectionSlot>>()).optional(),
  variables: z.record(z.string(), anyObject<Partial<Variable>>()).optional(),
  triggers: z.record(z.string(), draftTriggerSchema).optional(),
  steps: draftStepsSchema.optional(),
  wires: z.array(draftWireSchema).optional(),
  layout: anyObject<Layout>().optional(),
  settings: anyObject<Settings>().optional(),
});
export type Draft = z.infer<typeof draftSchema>;
