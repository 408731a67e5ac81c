import { callOperation, changesOf, type JsonObject, lookupEffect, readBefore, undoOf } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jira } from './jira.connector.js';
import { jiraSimulator } from './jira.simulator.js';

let site: Simulation;
beforeAll(async () => {
  site = await simulate(jira, jiraSimulator);
});
beforeEach(() => site.reset());
afterAll(() => site.close());

const call = (operation: string, input: object, host = site.host()) => callOperation(jira, operation, input, host);
const issuesOf = async () => (await site.state()).issues as unknown as { key: string; fields: JsonObject }[];
const task = { project: 'OPS', issueType: 'Task', summary: 'Access ended' };

describe('An issue', () => {
  it('is found again by its key when the answer was lost and Jira’s search does not show it yet', async () => {
    await site.seed({ notIndexed: ['OPS-3'] });
    await site.faults([{ operation: 'createIssue', reset: 'after' }]);
    await expect(call('createIssue', task)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookupEffect(jira, 'createIssue', task, site.host())).toMatchObject({ key: 'OPS-3' });
    expect(await lookupEffect(jira, 'createIssue', task, site.host({ idempotencyKey: 'cd'.repeat(32) }))).toBeNull();
  });

  it('is looked for behind numbers that were never given, and in a project that has none', async () => {
    expect(await lookupEffect(jira, 'createIssue', { ...task, project: 'SEC' }, site.host())).toBeNull();
    await call('createIssue', { ...task, project: 'SEC' }, site.host({ idempotencyKey: 'cd'.repeat(32) }));
    await call('createIssue', { ...task, project: 'SEC' });
    await site.seed({ notIndexed: ['SEC-1', 'SEC-2'] });
    await call('deleteIssue', { issueKey: 'SEC-1' });
    expect(await lookupEffect(jira, 'createIssue', { ...task, project: 'SEC' }, site.host())).toMatchObject({
      key: 'SEC-2',
    });
  });

  it('carries its text as a document and its other fields as they were given', async () => {
    const fields = [{ field: 'customfield_10050', value: { value: 'Okta' } }];
    await call('createIssue', { ...task, description: '- one', dueDate: '2026-12-01', fields });
    expect((await issuesOf()).at(-1)!.fields).toMatchObject({
      description: { type: 'doc', content: [{ type: 'bulletList' }] },
      duedate: '2026-12-01',
      customfield_10050: { value: 'Okta' },
    });
  });

  it('is refused in Jira’s words, with the field that is meant', async () => {
    await expect(call('createIssue', { ...task, priority: 'Urgent' })).rejects.toMatchObject({
      name: 'FatalError',
      status: 400,
      vendorMessage: 'priority: The priority selected is invalid.',
    });
    await expect(call('getIssue', { issueKey: 'OPS-99' })).rejects.toMatchObject({
      status: 404,
      vendorMessage: expect.stringContaining('does not exist'),
    });
  });

  it('gets back exactly the values that a change took, empty ones too', async () => {
    const input = {
      issueKey: 'OPS-1',
      description: 'New',
      dueDate: '2026-12-24',
      fields: [{ field: 'customfield_10050', value: { id: '10101' } }],
    };
    const before = await readBefore(jira, 'updateIssue', input, site.host());
    const output = await call('updateIssue', input);
    const undo = undoOf(jira, 'updateIssue', input, output, before)!;
    const held = { ...(await issuesOf())[0]!.fields };
    await call(undo.operation, undo.input as object);
    const restored = (await issuesOf())[0]!.fields;
    expect(held).toMatchObject({ duedate: '2026-12-24', customfield_10050: { id: '10101' } });
    expect(restored).toMatchObject({ duedate: null, customfield_10050: null, description: { type: 'doc' } });
  });

  it('is not changed by nothing', async () => {
    await expect(call('updateIssue', { issueKey: 'OPS-1' })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('is left to nobody, and given back', async () => {
    const given = { issueKey: 'OPS-1', accountId: '5b10a2844c20165700ede207' };
    await call('assignIssue', given);
    const nobody = { issueKey: 'OPS-1', accountId: null };
    const before = await readBefore(jira, 'assignIssue', nobody, site.host());
    const output = await call('assignIssue', nobody);
    expect(undoOf(jira, 'assignIssue', nobody, output, before)).toEqual({ operation: 'assignIssue', input: given });
  });
});

describe('A status', () => {
  it('is reached by the transition that leads there, with a word on it', async () => {
    const moved = await call('moveIssue', { issueKey: 'OPS-1', status: 'done', comment: 'Evidence attached.' });
    expect(moved).toEqual({
      moved: true,
      from: { id: '10000', name: 'To Do' },
      to: { id: '10002', name: 'Done' },
    });
    const { items } = (await call('listComments', { issueKey: 'OPS-1' })) as { items: { text: string }[] };
    expect(items.at(-1)?.text).toBe('Evidence attached.');
  });

  it('that the issue has already is not left and reached again', async () => {
    expect(await call('moveIssue', { issueKey: 'OPS-1', status: 'To Do' })).toMatchObject({ moved: false });
    expect((await site.requests()).filter(({ operation }) => operation === 'doTransition')).toEqual([]);
  });

  it('that no transition leads to is refused with those that can be reached', async () => {
    await expect(call('moveIssue', { issueKey: 'OPS-1', status: 'Shipped' })).rejects.toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('In Progress, Done'),
    });
  });
});

describe('A file', () => {
  it('arrives byte by byte, and its lost answer is found by name and size', async () => {
    const input = { issueKey: 'OPS-2', filename: 'key.bin', content: '/wD+', encoding: 'base64', contentType: 'x/y' };
    await site.faults([{ operation: 'addAttachment', reset: 'after' }]);
    await expect(call('attachFile', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookupEffect(jira, 'attachFile', input, site.host())).toMatchObject({ filename: 'key.bin', size: 3 });
    expect(await lookupEffect(jira, 'attachFile', { ...input, content: '/wA=' }, site.host())).toBeNull();
  });
});

describe('People', () => {
  it('are found by a whole address, and only the one who has it', async () => {
    expect(await call('findUser', { email: 'Jane.Doe@example.com' })).toMatchObject({
      user: { displayName: 'Jane Doe' },
    });
    await expect(call('findUser', { email: 'nobody@example.com' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('A search', () => {
  it('is read by its tokens to the end', async () => {
    const [first] = await issuesOf();
    const issues = Array.from({ length: 230 }, (_, index) => ({
      ...first,
      id: String(20_000 + index),
      key: `OPS-${index + 1}`,
    }));
    await site.seed({ issues: issues as never });
    const { items } = (await call('searchIssues', { jql: 'project = OPS', limit: 1_000 })) as { items: object[] };
    expect(items).toHaveLength(230);
  });

  it('is refused in Jira’s words when it is unbounded', async () => {
    await expect(call('searchIssues', { jql: 'ORDER BY created' })).rejects.toMatchObject({
      vendorMessage: expect.stringContaining('Unbounded'),
    });
  });
});

describe('A service request', () => {
  it('is raised in the name of a customer and waits for its approval', async () => {
    const raised = await call('createRequest', {
      serviceDeskId: '1',
      requestTypeId: '11',
      summary: 'Access to Okta',
      onBehalfOf: '5b10a2844c20165700ede203',
      fields: [{ field: 'customfield_10050', value: { id: '10101' } }],
    });
    expect(raised).toMatchObject({
      issueKey: 'ITH-3',
      reporter: { displayName: 'Jane Doe' },
      currentStatus: { status: 'Waiting for approval' },
      fields: { customfield_10050: { id: '10101' } },
      url: expect.stringContaining('/portal/1/ITH-3'),
    });
  });

  it('has notes that the customer does not see', async () => {
    const note = { issueKey: 'ITH-1', text: 'Looks unusual.', public: false };
    expect(await call('commentOnRequest', note)).toMatchObject({ public: false });
    expect(await call('commentOnRequest', { ...note, public: true })).toMatchObject({ public: true });
  });

  it('is approved once: a lost answer is told by the decision that stands there', async () => {
    const answer = { issueKey: 'ITH-1', approvalId: '1', decision: 'approve' };
    await site.faults([{ operation: 'answerApproval', reset: 'after' }]);
    await expect(call('answerApproval', answer)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookupEffect(jira, 'answerApproval', answer, site.host())).toMatchObject({
      finalDecision: 'approved',
    });
    expect(await lookupEffect(jira, 'answerApproval', { ...answer, decision: 'decline' }, site.host())).toBeNull();
    expect(await call('getRequest', { issueKey: 'ITH-1' })).toMatchObject({
      currentStatus: { status: 'Waiting for support' },
    });
  });

  it('names its participants as those whom a change is about', () => {
    const input = { issueKey: 'ITH-1', accountIds: ['a', 'b'] };
    expect(changesOf(jira, 'addParticipants', input).map(({ subject }) => subject?.id)).toEqual(['a', 'b']);
  });
});
