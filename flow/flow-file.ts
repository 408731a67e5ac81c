import { z } from 'zod';
import { exportFlow } from './export.js';
import { isObject } from './levels.js';
import { type Draft, draftSchema } from './schema/draft.js';
import { type FlowTest, flowTestSchema, mostFlowTests } from './schema/tests.js';

/** A flow as a file: the flow itself, and beside it its test cases, which no version holds. */
export interface FlowFile {
  flow: Draft;
  tests: FlowTest[];
  /** The flows that it starts, by their ids where the file was made, with the names that they have there. */
  flows: Record<string, string>;
}

const namesSchema = z.record(z.string(), z.string());

/** Why a value is no flow file: the place, and what is wrong there. */
export interface FileProblem {
  pointer: string;
  message: string;
}

/**
 * Reads a flow file: `{ flow, tests }`, or a flow by itself, which has no test cases. What is unfinished in the flow is
 * no problem here; `validate` tells it.
 */
export function readFlowFile(value: unknown): { file: FlowFile } | { problems: FileProblem[] } {
  const { flow, tests, flows } = isObject(value) && isObject(value.flow) ? value : { flow: value };
  const draft = draftSchema.safeParse(flow);
  const cases = flowTestSchema
    .array()
    .max(mostFlowTests)
    .safeParse(tests ?? []);
  const called = namesSchema.safeParse(flows ?? {});
  if (draft.success && cases.success && called.success) {
    return { file: { flow: draft.data, tests: cases.data, flows: called.data } };
  }
  return {
    problems: [...problemsOf('/flow', draft), ...problemsOf('/tests', cases), ...problemsOf('/flows', called)],
  };
}

/** The file as text that diffs well; connections are left out of their slots. */
export function writeFlowFile({ flow, tests, flows }: FlowFile): string {
  const file = { flow: JSON.parse(exportFlow(flow)) as unknown, tests, flows };
  return `${JSON.stringify(file, null, 2)}\n`;
}

interface Parsed {
  error?: { issues: { path: PropertyKey[]; message: string }[] };
}

function problemsOf(place: string, { error }: Parsed): FileProblem[] {
  return (error?.issues ?? []).map(({ path, message }) => {
    const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
    return { pointer: [place, ...parts].join('/'), message };
  });
}
