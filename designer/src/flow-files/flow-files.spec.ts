import type { FlowFile } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { fileName } from './file-name.js';
import { fileWords } from './file-words.js';
import { importedInto } from './imported-into.js';
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
    expect(parsedFile(JSON.stringify(flow))).toMatchObject({ file: { flow: { name: 'Leaver' }, tests: [] } });
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
