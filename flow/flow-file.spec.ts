import { describe, expect, test } from 'vitest';
import { readFlowFile, writeFlowFile } from './flow-file.js';
import type { FlowTest } from './schema.js';
import { lockdown } from './testing/lockdown.js';

const aTest: FlowTest = {
  name: 'A case',
  trigger: { id: 'alert' },
  answers: [{ step: 'find_user', output: { id: 'u1' } }],
  expect: { status: 'succeeded', steps: { tell: 'skipped' } },
};

describe('a flow file', () => {
  test('holds the flow and beside it its test cases, and is read as it was written', () => {
    const text = writeFlowFile({ flow: lockdown(), tests: [aTest], flows: { f1: 'Tell them' } });
    expect(text.split('\n').slice(0, 3)).toEqual(['{', '  "flow": {', '    "schema": 1,']);
    const read = readFlowFile(JSON.parse(text));
    expect(read).toMatchObject({
      file: { flow: { name: 'Emergency suspension' }, tests: [aTest], flows: { f1: 'Tell them' } },
    });
    expect('file' in read && writeFlowFile(read.file)).toBe(text);
  });

  test('may be a flow by itself', () => {
    expect(readFlowFile(lockdown())).toEqual({ file: { flow: lockdown(), tests: [], flows: {} } });
  });

  test('is refused with every place that is wrong', () => {
    expect(readFlowFile(5)).toMatchObject({ problems: [{ pointer: '/flow' }] });
    expect(
      readFlowFile({
        flow: { steps: [] },
        tests: [
          { ...aTest, name: '' },
          { ...aTest, answers: [{ step: 'a' }] },
        ],
      }),
    ).toEqual({
      problems: [
        { pointer: '/flow/steps', message: expect.any(String) },
        { pointer: '/tests/0/name', message: expect.any(String) },
        { pointer: '/tests/1/answers/0', message: 'An answer has an output, an error or a port.' },
      ],
    });
  });
});
