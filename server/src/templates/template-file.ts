import { planActions, TemplateDetail } from '@castellan/api';
import { flowSchema } from '@castellan/flow';
import { z } from 'zod';

/** A call that a template's test expects some simulator to have been asked. */
const expectedCall = z.strictObject({
  connector: z.string(),
  operation: z.string(),
  /** Part of the input; what is not named may be anything. */
  input: z.unknown().optional(),
  times: z.number().int().min(0).optional(),
});

/** What arrives at which trigger; a schedule has no body. */
const arrival = z.strictObject({
  id: z.string(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const simulated = z.record(
  z.string(),
  z.strictObject({ seed: z.unknown().optional(), faults: z.array(z.unknown()).optional() }),
);

const rowsBySlot = z.record(z.string(), z.array(z.record(z.string(), z.json())));

/** How many changes of one kind a plan has in a system, and of whom where they are about a person. */
const plannedChanges = z.strictObject({
  system: z.string(),
  person: z.string().optional(),
  action: z.enum(planActions),
  times: z.number().int().min(1),
});

/** One run of a case, to its last call. */
const testRun = z.strictObject({
  trigger: arrival,
  /** A plan is made in place of a run. */
  mode: z.literal('plan').optional(),
  simulators: simulated.optional(),
  decisions: z.array(z.strictObject({ step: z.string(), port: z.string(), by: z.string().optional() })).optional(),
  /** What happens once a step waits: what a system then holds, `$now` being that instant, and the trigger that looks at it. */
  meanwhile: z.array(z.strictObject({ step: z.string(), simulators: simulated, poll: z.string() })).optional(),
  expect: z.strictObject({
    status: z.string(),
    steps: z.record(z.string(), z.string()).optional(),
    calls: z.array(expectedCall).optional(),
    state: z.unknown().optional(),
    /** What whoever called is answered, by the first respond step that answers; of the body at least this. Null: nothing. */
    response: z
      .strictObject({ status: z.int().min(200).max(599), body: z.json() })
      .nullable()
      .optional(),
    /** Rows by slot that the tables hold afterwards, each at least with these values; an empty list: none. */
    tables: rowsBySlot.optional(),
  }),
});

/** One case: a run of the template on simulators, and perhaps more runs on what it left. */
const testCase = testRun.extend({
  name: z.string(),
  /** What arrived before, one after the other, each to the end of its run. */
  earlier: z.array(arrival).optional(),
  /** Variables that are not left at their defaults. */
  variables: z.record(z.string(), z.json()).optional(),
  /** Rows by slot that stand in the tables beside the sample rows when it begins. */
  tables: rowsBySlot.optional(),
  /** All changes that a plan of the case has, made before anything ran; applied, it ends as the case does. */
  plan: z.array(plannedChanges).optional(),
  then: z.array(testRun).optional(),
});

/** A file of `templates/`: a ready-made flow with what people need to set it up and what proves that it works. */
export const templateFileSchema = z.strictObject({
  template: z.literal(1),
  ...TemplateDetail.shape,
  id: z.string().regex(/^[a-z][a-z0-9-]{0,79}$/),
  flow: flowSchema,
  tests: z.array(testCase).min(1),
});
export type TemplateFile = z.infer<typeof templateFileSchema>;
export type TemplateTestCase = z.infer<typeof testCase>;
export type TemplateTestRun = z.infer<typeof testRun>;
