import type { FlowTestReport, FlowTestResult, TestFailure } from '@castellan/api';
import { coveredPercent, type PlayedFlow } from './played-flow.js';

/** Values longer than this are cut. */
const longest = 300;

/** What came of a flow's test cases, for people: a line a test case, what differs under those that fail, coverage. */
export function linesOf({ name, source, report }: PlayedFlow): string[] {
  return [
    source === name ? name : `${name} (${source})`,
    ...report.results.flatMap(resultLines),
    ...(report.results.length === 0 ? ['  no test cases'] : coverageLines(report)),
  ];
}

function resultLines({ name, passed, milliseconds, failures, notes }: FlowTestResult): string[] {
  return [
    `  ${passed ? '✓' : '✗'} ${name}  ${milliseconds} ms`,
    ...failures.flatMap(failureLines),
    ...notes.map((note) => `      note: ${note}`),
  ];
}

/** A sentence, and where there are two values both of them. */
export function failureLines({ message, expected, actual }: TestFailure): string[] {
  const values =
    expected === undefined || actual === undefined
      ? []
      : [`expected  ${short(expected)}`, `got       ${short(actual)}`];
  return [`      ${message}`, ...values.map((line) => `        ${line}`)];
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function coverageLines(report: FlowTestReport): string[] {
  const { reached, of, steps, ports } = report.coverage;
  const missed = [
    ...ports.filter(({ stepId }) => !steps.includes(stepId)).map(({ stepId, port }) => `${stepId} by ${port}`),
    ...steps,
  ];
  const without = missed.length === 0 ? '' : `; none takes ${missed.join(', ')}`;
  return [`  ${reached} of ${of} ways taken (${coveredPercent(report)} %)${without}`];
}
