import type { FlowTestReport } from '@castellan/api';

/** What came of the test cases of one flow. */
export interface PlayedFlow {
  /** The flow's name. */
  name: string;
  /** As it was named on the command line: a file's path, or a flow's id. */
  source: string;
  report: FlowTestReport;
}

export interface Sum {
  passed: number;
  failed: number;
}

export function sumOf(flows: PlayedFlow[]): Sum {
  return flows.reduce(
    ({ passed, failed }, { report }) => ({ passed: passed + report.passed, failed: failed + report.failed }),
    { passed: 0, failed: 0 },
  );
}

/** Of the ways through the flow, how many of a hundred some test case goes; all, where there are none. */
export function coveredPercent({ coverage: { reached, of } }: FlowTestReport): number {
  return of === 0 ? 100 : Math.floor((100 * reached) / of);
}
