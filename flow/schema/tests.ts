import { z } from 'zod';
import { idPattern, idSchema, labelSchema } from './values.js';

const ownId = idPattern.source.replace(/^\^|\$$/g, '');

/** A step of the flow, or one that follows its end: `undo:grant`, `failure:notify`, `failure:flow`. */
const stepSchema = z.string().regex(new RegExp(`^((undo:)?${ownId}|failure:(notify|flow))$`));

/** What a system answered badly. `code` is one of the step errors, such as E_HTTP or E_TIMEOUT. */
const testErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string().optional(),
  status: z.number().int().optional(),
  /** Whether the step tries it again; default as the code says. */
  retryable: z.boolean().optional(),
  /** Seconds that the system asks to wait. */
  retryAfterSeconds: z.number().min(0).optional(),
  details: z.json().optional(),
});

/** The path of iterations that a step of a loop's body stands in: `0`, or `3.0` in a loop within a loop. */
const iterationSchema = z.string().regex(/^\d+(\.\d+)*$/);

/**
 * What the world answers to one step: an output or an error to a call, a port to an approval or a wait for an event.
 * Several of one place are the answers to its attempts, the last one to all further ones.
 */
export const testAnswerSchema = z
  .strictObject({
    step: stepSchema,
    /** Left out: in every iteration. */
    iteration: iterationSchema.optional(),
    output: z.json().optional(),
    error: testErrorSchema.optional(),
    port: labelSchema.optional(),
  })
  .refine(({ output, error, port }) => output !== undefined || error !== undefined || port !== undefined, {
    message: 'An answer has an output, an error or a port.',
  });
export type TestAnswer = z.infer<typeof testAnswerSchema>;

export const testStatuses = ['succeeded', 'failed', 'cancelled', 'waiting'] as const;
const testStepStatuses = ['succeeded', 'failed', 'skipped', 'cancelled', 'waiting'] as const;

/** What is expected of a step, in all iterations in which it runs. */
export const stepExpectationSchema = z.union([
  z.enum(testStepStatuses),
  z.strictObject({
    status: z.enum(testStepStatuses).optional(),
    port: labelSchema.optional(),
    /** In how many iterations it runs. */
    times: z.number().int().min(0).optional(),
  }),
]);
export type StepExpectation = z.infer<typeof stepExpectationSchema>;

/** Calls that are expected, by step or by operation. */
export const callExpectationSchema = z
  .strictObject({
    step: stepSchema.optional(),
    iteration: iterationSchema.optional(),
    connector: z.string().optional(),
    operation: z.string().optional(),
    /** Part of the input; what is not named may be anything. */
    input: z.json().optional(),
    /** Left out: at least once. */
    times: z.number().int().min(0).optional(),
  })
  .refine(({ step, connector }) => step !== undefined || connector !== undefined, {
    message: 'A call is named by its step, or by connector and operation.',
  });
export type CallExpectation = z.infer<typeof callExpectationSchema>;

export const testExpectationSchema = z.strictObject({
  status: z.enum(testStatuses).optional(),
  outcome: z.string().optional(),
  error: z.strictObject({ code: z.string().optional(), step: idSchema.optional() }).optional(),
  /** The answer to the caller; of the body a part is enough. */
  response: z.strictObject({ status: z.number().int().optional(), body: z.json().optional() }).optional(),
  steps: z.record(stepSchema, stepExpectationSchema).optional(),
  calls: z.array(callExpectationSchema).optional(),
});
export type TestExpectation = z.infer<typeof testExpectationSchema>;

/** A test case of a flow: what starts it, what the world answers, and what is expected. Nothing is called. */
export const flowTestSchema = z.strictObject({
  name: labelSchema.trim().min(1),
  /** What expressions see as `trigger`; its id names the trigger. */
  trigger: z.looseObject({ id: idSchema }),
  /** What expressions see as `run`. */
  run: z
    .strictObject({
      id: z.string().optional(),
      url: z.string().optional(),
      version: z.number().int().min(0).optional(),
      /** An instant with its zone, at which the clock begins. */
      startedAt: z.iso.datetime({ offset: true }).optional(),
    })
    .optional(),
  /** In the order in which they come. A call without one gets the example of the catalogue. */
  answers: z.array(testAnswerSchema).optional(),
  expect: testExpectationSchema,
});
export type FlowTest = z.infer<typeof flowTestSchema>;

/** The most test cases that a flow has. */
export const mostFlowTests = 200;
