import type { FlowTestReport, FlowTestResult, TestedStep } from '@castellan/api';
import type { FlowTest } from '@castellan/flow';
import { findStep } from '../activities/contexts.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { ApiError } from '../platform/errors.js';
import { RehearsalError } from '../rehearsal/limits.js';
import type { Rehearsal, RehearsedStep } from '../rehearsal/rehearsal.js';
import { type RehearsedFacts, rehearse } from '../rehearsal/rehearse.js';
import { coverageOf } from './coverage.js';
import { failuresOf } from './expectations.js';
import { givenStandIns } from './given-stand-ins.js';

/** A test case with the id under which it is stored. */
export interface NamedTest {
  id: string | null;
  test: FlowTest;
}

/** What test cases are played with. */
export interface TestPlay {
  expressions: Pick<ExpressionHost, 'evaluate'>;
  version: PublishedVersion;
  tests: NamedTest[];
  /** All of them together. */
  milliseconds?: number;
  signal?: AbortSignal;
}

/** What an expression sees of a run that never was. */
const nobody = '00000000-0000-7000-8000-000000000000';
const anInstant = '2026-01-01T00:00:00.000Z';

/** Milliseconds for one test case. */
const mostForOne = 20_000;
const most = { steps: 1_000, milliseconds: 120_000 };

/** What came of test cases, of whichever flow. */
export type PlayedTests = Omit<FlowTestReport, 'revision'>;

/** Plays test cases one after another, and says which ways through the flow none of them goes. */
export async function playTests({
  expressions,
  version,
  tests,
  milliseconds = most.milliseconds,
  signal,
}: TestPlay): Promise<PlayedTests> {
  const deadline = Date.now() + milliseconds;
  const rehearsals: Rehearsal[] = [];
  const results: FlowTestResult[] = [];
  for (const { id, test } of tests) {
    const began = Date.now();
    const limits = { milliseconds: Math.min(mostForOne, Math.max(0, deadline - began)) };
    const played = await play(test, { expressions, version, limits, signal });
    if (played.rehearsal) rehearsals.push(played.rehearsal);
    results.push({ ...resultOf(id, test, version, played), milliseconds: Date.now() - began });
  }
  const passed = results.filter((result) => result.passed).length;
  return { results, passed, failed: results.length - passed, coverage: coverageOf(version.control, rehearsals) };
}

/** Plays one test case as it is now. @throws ApiError where it cannot be played */
export async function rehearseTest(
  test: FlowTest,
  on: Pick<TestPlay, 'expressions' | 'version' | 'signal'>,
): Promise<Rehearsal> {
  const { rehearsal, refusal } = await play(test, { ...on, limits: { milliseconds: mostForOne } });
  if (rehearsal === undefined) throw new ApiError('conflict', `The test case cannot be played: ${refusal}.`);
  return rehearsal;
}

/** A rehearsal, or why there is none. */
type Played = { rehearsal: Rehearsal; refusal?: undefined } | { rehearsal?: undefined; refusal: string };

async function play(
  test: FlowTest,
  on: Pick<TestPlay, 'expressions' | 'version' | 'signal'> & { limits: { milliseconds: number } },
): Promise<Played> {
  const { expressions, version, limits, signal } = on;
  if (!version.control.triggers.includes(test.trigger.id)) {
    return { refusal: `The flow has no trigger ${test.trigger.id}` };
  }
  const runUrl = (_workspaceId: string, id: string): string => test.run?.url ?? `https://castellan.invalid/runs/${id}`;
  const facts = factsOf(test, version);
  try {
    const standIns = givenStandIns(test);
    return { rehearsal: await rehearse({ expressions, runUrl }, { version, facts, standIns, limits, signal }) };
  } catch (error) {
    if (error instanceof RehearsalError && error.code === 'E_LIMIT') return { refusal: error.message };
    throw error;
  }
}

function factsOf({ run = {}, trigger }: FlowTest, version: PublishedVersion): RehearsedFacts {
  const { id = nobody, version: number = version.number, startedAt = instantOf(trigger.receivedAt) } = run;
  return {
    ...{ id, rootId: id, flowId: version.flowId, workspaceId: version.workspaceId, versionId: version.id },
    ...{ flowName: version.flow.name, version: number, mode: 'live' },
    ...{ triggerId: trigger.id, triggerData: trigger, startedAt: new Date(startedAt).toISOString() },
  };
}

function instantOf(value: unknown): string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : anInstant;
}

function resultOf(id: string | null, test: FlowTest, version: PublishedVersion, { rehearsal, refusal }: Played) {
  const failures = rehearsal ? failuresOf(test.expect, rehearsal, version) : [{ message: refusal, stepId: null }];
  return {
    id,
    name: test.name,
    passed: failures.length === 0,
    failures,
    notes: [...strayAnswers(test, version), ...(rehearsal ? notesOf(rehearsal, version) : [])],
    status: rehearsal?.status ?? null,
    seconds: rehearsal?.seconds ?? 0,
    steps: (rehearsal?.steps ?? []).slice(0, most.steps).map(toTestedStep),
  };
}

/** Answers to steps that the flow does not have: renamed or removed since. */
function strayAnswers({ answers = [] }: FlowTest, version: PublishedVersion): string[] {
  const stray = new Set(answers.map(({ step }) => step).filter((step) => findStep(version, step) === undefined));
  return [...stray].map((step) => `It answers the step ${step}, which the flow does not have.`);
}

/** What of the catalogue stood in for the world, by step. */
function notesOf({ steps }: Rehearsal, version: PublishedVersion): string[] {
  const titles = (of: RehearsedStep[]): string[] => [
    ...new Set(of.map(({ step }) => findStep(version, step)?.title ?? step)),
  ];
  const answered = titles(steps.filter(({ from }) => from === 'sample'));
  const madeOf = titles(steps.filter(({ before }) => before === 'sample'));
  return [
    ...answered.map((title) => `${title} got the example of the catalogue for an answer.`),
    ...madeOf.map((title) => `${title} is made of the catalogue's example of what there was before.`),
  ];
}

function toTestedStep({
  step,
  iteration,
  status,
  port,
  attempts,
  from,
  input,
  output,
  error,
}: RehearsedStep): TestedStep {
  return {
    ...{ stepId: step, iteration, status, port, attempts },
    ...(from === undefined ? {} : { from }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
  };
}
