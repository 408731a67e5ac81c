import { flowTestSchema, mostFlowTests } from '@castellan/flow';
import { z } from 'zod';
import { Empty, Id, Instant } from './page.js';
import { route } from './route.js';
import { StepError, stepStatuses } from './runs.js';

/** What a test case expected and did not get. */
export const TestFailure = z
  .object({
    /** One sentence. */
    message: z.string(),
    stepId: z.string().nullable(),
    expected: z.unknown().optional(),
    actual: z.unknown().optional(),
  })
  .meta({ id: 'TestFailure' });
export type TestFailure = z.infer<typeof TestFailure>;

/** What a step came to in a test case. */
export const TestedStep = z
  .object({
    stepId: z.string(),
    iteration: z.string(),
    status: z.enum(stepStatuses),
    port: z.string().nullable(),
    attempts: z.number().int(),
    /** sample: the catalogue's example stood in for the answer. */
    from: z.enum(['recorded', 'given', 'sample', 'assumed']).optional(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    error: StepError.optional(),
  })
  .meta({ id: 'TestedStep' });
export type TestedStep = z.infer<typeof TestedStep>;

/** What came of one test case. */
export const FlowTestResult = z
  .object({
    /** Null for one that is not stored. */
    id: Id.nullable(),
    name: z.string(),
    passed: z.boolean(),
    failures: z.array(TestFailure),
    /** What is worth knowing and no failure, such as a call whose answer was the catalogue's example. */
    notes: z.array(z.string()),
    status: z.string().nullable(),
    /** Seconds that the run would have taken, its waits included. */
    seconds: z.number(),
    milliseconds: z.number(),
    /** The first thousand. */
    steps: z.array(TestedStep),
  })
  .meta({ id: 'FlowTestResult' });
export type FlowTestResult = z.infer<typeof FlowTestResult>;

/** The ways through a flow that its test cases go: its steps, and the ports of steps that have several. */
export const TestCoverage = z
  .object({
    reached: z.number().int(),
    of: z.number().int(),
    /** Ids of steps in no test case. */
    steps: z.array(z.string()),
    /** Ports by which no test case leaves. */
    ports: z.array(z.object({ stepId: z.string(), port: z.string() })),
  })
  .meta({ id: 'TestCoverage' });
export type TestCoverage = z.infer<typeof TestCoverage>;

export const FlowTestReport = z
  .object({
    /** Of the draft that was played; null for a flow that is not stored. */
    revision: z.number().int().nullable(),
    results: z.array(FlowTestResult),
    passed: z.number().int(),
    failed: z.number().int(),
    coverage: TestCoverage,
  })
  .meta({ id: 'FlowTestReport' });
export type FlowTestReport = z.infer<typeof FlowTestReport>;

/** A test case of a flow as it is stored. */
export const FlowTestRow = z
  .object({
    id: Id,
    name: z.string(),
    test: flowTestSchema,
    /** The run that it was made of. */
    runId: Id.nullable(),
    /** What came of it last, and of which revision of the draft. */
    lastResult: z
      .object({ passed: z.boolean(), failures: z.number().int(), revision: z.number().int(), at: Instant })
      .nullable(),
    updatedAt: Instant,
    updatedBy: z.string(),
  })
  .meta({ id: 'FlowTest' });
export type FlowTestRow = z.infer<typeof FlowTestRow>;

const Case = z.object({ test: z.unknown().describe('A test case as it stands in a flow file') });

export const flowTestRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/flows/:id/tests',
    access: 'flow:read',
    summary: 'The test cases of a flow',
    answer: z.object({ items: z.array(FlowTestRow) }),
  }),
  create: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/tests',
    access: 'flow:write',
    summary: 'Add a test case',
    status: 201,
    body: Case,
    answer: FlowTestRow,
  }),
  fromRun: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/tests/from-run',
    access: 'flow:write',
    summary: 'Save a run as a test case: what started it, what it was answered, and what it did; secrets stay masked',
    status: 201,
    body: z.object({ runId: Id, name: z.string().trim().min(1).max(200).optional() }),
    answer: FlowTestRow,
  }),
  save: route({
    method: 'PUT',
    path: '/workspaces/:ws/flows/:id/tests/:test',
    access: 'flow:write',
    summary: 'Change a test case',
    body: Case,
    answer: FlowTestRow,
  }),
  accept: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/tests/:test/accept',
    access: 'flow:write',
    summary: 'Plays a test case and changes what it expects wrongly to what happened; the rest of it stays',
    body: z.object({ revision: z.number().int().describe('Of the draft whose result was looked at') }),
    answer: FlowTestRow,
  }),
  remove: route({
    method: 'DELETE',
    path: '/workspaces/:ws/flows/:id/tests/:test',
    access: 'flow:write',
    summary: 'Remove a test case',
    status: 204,
    answer: Empty,
  }),
  /** Plays them in this process; nothing is called and no run is made. */
  play: route({
    method: 'POST',
    path: '/workspaces/:ws/flows/:id/tests/play',
    access: 'flow:read',
    summary: 'Play the test cases of the draft, all or those that are named',
    body: z.object({ tests: z.array(Id).max(200).optional() }),
    answer: FlowTestReport,
  }),
  /** A file as it was exported, be it of another installation: it needs no flow here, and leaves none. */
  playFile: route({
    method: 'POST',
    path: '/workspaces/:ws/flow-tests/play',
    access: 'flow:read',
    summary: 'Play the test cases of a flow file; it is not stored',
    body: z.object({
      flow: z.unknown().describe('A flow'),
      tests: z.array(z.unknown()).max(mostFlowTests).describe('Its test cases'),
    }),
    answer: FlowTestReport,
  }),
};
