import { type FlowFile, readFlowFile } from '@castellan/flow';

/** A flow with its test cases out of a file's text, or why there is none in it. */
export function parsedFile(text: string): { file: FlowFile } | { why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is not JSON.' };
  }
  const read = readFlowFile(value);
  if ('file' in read) return read;
  const [first] = read.problems;
  return { why: `${first?.pointer}: ${first?.message}` };
}
