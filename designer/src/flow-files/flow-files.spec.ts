import type { FlowFile } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { fileName } from './file-name.js';
import { fileWords } from './file-words.js';
import { importedInto } from './imported-into.js';
import { likelyFlows } from './likely-flows.js';
import { parsedFile } from './parsed-file.js';

const flow = {
  schema: 1,
  name: 'Leaver',
  connections: { opal: { connector: 'opal', title: 'Opal' } },
  triggers: { hook: { kind: 'webhook' } },
  steps: { each: { kind: 'loop', steps: { revoke: { kind: 'action', connection: 'opal' } } } },
};

describe('a flow’s file', () => {
  it('is read from text, or says why it holds no flow', () => {
    expect(parsedFile(JSON.stringify({ flow, tests: [] }))).toMatchObject({ file: { flow: { name: 'Leaver' } } });
    expect(parsedFile(JSON.stringify(flow))).toMatchObject({
      file: { flow: { name: 'Leaver' }, tests: [], flows: {} },
    });
    expect(parsedFile('{')).toEqual({ why: 'it is not JSON.' });
    expect(parsedFile('{"steps": 5}')).toMatchObject({ why: expect.stringContaining('/flow/steps') });
  });

  it('is named by the flow', () => {
    expect(fileName('SIEM → lockdown (2)')).toBe('siem-lockdown-2.json');
    expect(fileName(undefined)).toBe('flow.json');
  });

  it('is told in a sentence', () => {
    const file = { flow, tests: [] } as unknown as FlowFile;
    expect(fileWords(file)).toBe('“Leaver”: 2 steps, 1 trigger. It needs connections to Opal.');
  });

  it('finds the flows that it starts by themselves or by their names, where only one has it', () => {
    const steps = ['same', 'named', 'twice', 'none'].map((id) => [id, { kind: 'subflow', flow: id }]);
    const file = {
      flow: { steps: Object.fromEntries(steps) },
      tests: [],
      flows: { same: 'Other', named: 'Tell', twice: 'Ask' },
    } as unknown as FlowFile;
    const here = [
      { id: 'same', name: 'Renamed', input: {}, output: {} },
      { id: 't1', name: 'Tell', input: {}, output: {} },
      { id: 'a1', name: 'Ask', input: {}, output: {} },
      { id: 'a2', name: 'Ask', input: {}, output: {} },
    ];
    expect(likelyFlows(file, here)).toEqual({ same: 'same', named: 't1', twice: null, none: null });
  });

  it('keeps the connections of the open flow for the slots that both have', () => {
    const open = { connections: { opal: { connector: 'opal', id: 'c1' }, slack: { connector: 'slack', id: 'c2' } } };
    const slots = { ...flow.connections, slack: { connector: 'teams' }, jira: { connector: 'jira' } };
    expect(importedInto(open, { ...flow, connections: slots } as never).connections).toEqual({
      opal: { connector: 'opal', title: 'Opal', id: 'c1' },
      slack: { connector: 'teams' },
      jira: { connector: 'jira' },
    });
  });
});
