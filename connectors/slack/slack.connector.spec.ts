import { existsSync, readFileSync } from 'node:fs';
import { callOperation, type JsonObject, lookupEffect, readBefore, undoOf } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/slack.openapi.json' with { type: 'json' };
import { slack } from './slack.connector.js';
import { slackSeed } from './slack.seed.js';
import { slackSimulator } from './slack.simulator.js';

/** Its first message is the one that the samples name. */
const simulator = { ...slackSimulator, seed: () => slackSeed('1503435956.000247') as unknown as JsonObject };

testConnector(slack, simulator, new URL('./fixtures/exchanges.json', import.meta.url));

let slackAtWork: Simulation;
beforeAll(async () => {
  slackAtWork = await simulate(slack, simulator);
});
beforeEach(() => slackAtWork.reset());
afterAll(() => slackAtWork.close());

const call = (operation: string, input: object, host = slackAtWork.host()) =>
  callOperation(slack, operation, input, host);
const refuse = (error: string, more: object = {}, headers?: Record<string, string>) =>
  slackAtWork.faults([{ status: 200, headers, body: { ok: false, error, ...more } }]);
const toSecurity = { channel: 'C0SECURITY', text: 'Contained.' };

describe('Slack’s refusals, which come with HTTP 200', () => {
  it('are the connection’s fault when the token is', async () => {
    for (const error of ['invalid_auth', 'token_revoked', 'account_inactive', 'not_authed']) {
      await refuse(error);
      const failure = { name: 'FatalError', code: 'E_AUTH', vendorMessage: error };
      await expect(call('postMessage', toSecurity)).rejects.toMatchObject(failure);
    }
  });

  it('name the scope that is missing', async () => {
    await refuse('missing_scope', { needed: 'chat:write', provided: 'users:read' });
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('Add the scope chat:write'),
      details: { error: 'missing_scope', needed: 'chat:write', provided: 'users:read' },
    });
  });

  it('wait as long as Slack says when it asks for fewer calls', async () => {
    await refuse('ratelimited', {}, { 'retry-after': '30' });
    const failure = { name: 'RetryableError', code: 'E_RATE', retryAfter: 30 };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(failure);
  });

  it('may be tried again when Slack cannot answer, and may have happened when it broke', async () => {
    await refuse('service_unavailable');
    const busy = { name: 'RetryableError', mayHaveHappened: false };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(busy);
    await refuse('internal_error');
    const broken = { name: 'RetryableError', mayHaveHappened: true };
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject(broken);
  });

  it('say what to do about the channel', async () => {
    const lost = call('postMessage', { channel: 'C0NOWHERE', text: 'x' });
    await expect(lost).rejects.toMatchObject({
      name: 'FatalError',
      code: 'E_HTTP',
      message: expect.stringContaining('invite the app'),
    });
  });

  it('leave the outcome of a write open when it is not Slack that answered', async () => {
    await slackAtWork.faults([{ status: 200, body: { hello: 'proxy' } }]);
    await expect(call('postMessage', toSecurity)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await slackAtWork.faults([{ status: 200, body: { hello: 'proxy' } }]);
    await expect(call('listChannels', {})).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});

describe('A message whose answer was lost', () => {
  const key = '7a'.repeat(32);
  const host = () => slackAtWork.host({ idempotencyKey: key });
  const lose = () => slackAtWork.faults([{ path: '/api/chat.postMessage', reset: 'after' }]);

  it('is found again by the key in its metadata', async () => {
    await lose();
    await expect(call('postMessage', toSecurity, host())).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    const found = await lookupEffect(slack, 'postMessage', toSecurity, host());
    expect(found).toMatchObject({ channel: 'C0SECURITY' });
    const { messages } = (await slackAtWork.state()) as { messages: { ts: string; text: string }[] };
    expect(messages.find(({ ts }) => ts === (found as { ts: string }).ts)?.text).toBe('Contained.');
  });

  it('is found where the channel is given by name, below a message, and in a direct message', async () => {
    for (const [operation, input] of [
      ['postMessage', { channel: '#security', text: 'x' }],
      ['postMessage', { ...toSecurity, threadTs: '1503435956.000247' }],
      ['sendDirectMessage', { email: 'jane.doe@example.com', text: 'x' }],
    ] as const) {
      await slackAtWork.reset();
      await lose();
      await expect(call(operation, input, host())).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
      expect(await lookupEffect(slack, operation, input, host())).not.toBeNull();
    }
  });

  it('is found behind 250 later ones', async () => {
    const posted = await call('postMessage', toSecurity, host());
    for (let count = 0; count < 250; count += 1) await call('postMessage', { channel: 'C0SECURITY', text: 'later' });
    expect(await lookupEffect(slack, 'postMessage', toSecurity, host())).toEqual(posted);
  });

  it('is not taken for another one with the same text', async () => {
    await call('postMessage', toSecurity, slackAtWork.host({ idempotencyKey: 'b0'.repeat(32) }));
    expect(await lookupEffect(slack, 'postMessage', toSecurity, host())).toBeNull();
  });
});

describe('Slack’s lists', () => {
  it('are read page by page', async () => {
    const channels = Array.from({ length: 450 }, (_, index) => ({
      id: `C${String(index).padStart(8, '0')}`,
      name: `room-${index}`,
      isPrivate: index % 2 === 1,
      isArchived: false,
      isMember: true,
      members: [],
    }));
    await slackAtWork.seed({ channels });
    expect(await call('listChannels', {})).toHaveProperty('items.length', 225);
    expect(await call('listChannels', { includePrivate: true })).toHaveProperty('items.length', 450);
  });

  it('answer null for an address that no member has', async () => {
    expect(await call('lookupUserByEmail', { email: 'nobody@example.com' })).toEqual({ user: null });
  });
});

describe('Members of channels and groups', () => {
  const jane = { channel: 'C0SECURITY', email: 'jane.doe@example.com' };
  const members = async () =>
    ((await call('listChannelMembers', { channel: 'C0SECURITY' })) as { items: { userId: string }[] }).items;

  it('are invited once, and an invitation is taken back only where it changed something', async () => {
    const before = await readBefore(slack, 'inviteToChannel', jane, slackAtWork.host());
    const output = await call('inviteToChannel', jane);
    expect(output).toMatchObject({ changed: true });
    expect(await call('inviteToChannel', jane)).toMatchObject({ changed: false });
    const undo = undoOf(slack, 'inviteToChannel', jane, output, before)!;
    expect(await members()).toContainEqual({ userId: 'U00000003' });
    await call(undo.operation, undo.input as object);
    expect(await members()).not.toContainEqual({ userId: 'U00000003' });
    expect(undoOf(slack, 'inviteToChannel', jane, output, { wasMember: true })).toBeNull();
  });

  it('are read page by page', async () => {
    const people = Array.from({ length: 450 }, (_, index) => `U${String(index).padStart(8, '0')}`);
    const { channels } = (await slackAtWork.state()) as { channels: { id: string }[] };
    await slackAtWork.seed({ channels: [{ ...channels[0]!, members: people }] as never });
    expect(await members()).toHaveLength(450);
    expect(await call('listChannelMembers', { channel: 'C0SECURITY', limit: 3 })).toHaveProperty('items.length', 3);
  });

  it('join a user group beside those who are in it, and leave it alone', async () => {
    const people = { group: 'S0ONCALL', email: 'jane.doe@example.com' };
    const groupOf = async () => (await call('listUserGroupMembers', { group: 'S0ONCALL' })) as { items: object[] };
    const { items: before } = await groupOf();
    expect(await call('addToUserGroup', people)).toMatchObject({ changed: true });
    expect(await call('addToUserGroup', people)).toMatchObject({ changed: false });
    expect((await groupOf()).items).toEqual([...before, { userId: 'U00000003' }]);
    await call('removeFromUserGroup', people);
    expect((await groupOf()).items).toEqual(before);
  });

  it('are not taken out of a group whose last one they are', async () => {
    await slackAtWork.seed({
      userGroups: [{ id: 'S0ONCALL', name: 'On-call', handle: 'on-call', users: ['U00000003'] }],
    });
    const last = call('removeFromUserGroup', { group: 'S0ONCALL', email: 'jane.doe@example.com' });
    await expect(last).rejects.toThrow('no empty user group');
  });
});

describe('A channel', () => {
  it('that there is already is the answer, and its undo leaves it', async () => {
    const input = { name: 'security' };
    const before = await readBefore(slack, 'createChannel', input, slackAtWork.host());
    const output = await call('createChannel', input);
    expect(output).toEqual({ channel: 'C0SECURITY', name: 'security', existed: true });
    expect(undoOf(slack, 'createChannel', input, output, before)).toBeNull();
  });

  it('is made, and archived again by its undo', async () => {
    const input = { name: 'inc-2041' };
    const before = await readBefore(slack, 'createChannel', input, slackAtWork.host());
    const output = await call('createChannel', input);
    const undo = undoOf(slack, 'createChannel', input, output, before)!;
    expect(await call(undo.operation, undo.input as object)).toMatchObject({ changed: true });
    expect(await call(undo.operation, undo.input as object)).toMatchObject({ changed: false });
    await expect(call('createChannel', input)).rejects.toThrow('an archived channel');
  });

  it('that the app cannot see is named as the reason', async () => {
    const { channels } = (await slackAtWork.state()) as { channels: object[] };
    const hidden = { ...channels[0], id: 'G0BOARD', name: 'board', isPrivate: true, isMember: false };
    await slackAtWork.seed({ channels: [...channels, hidden] as never });
    await expect(call('createChannel', { name: 'board' })).rejects.toThrow('cannot see');
  });
});

describe('A file', () => {
  const input = { channel: '#security', filename: 'evidence.csv', content: 'ä,b\n' };

  it('is put where Slack says, with the length of its bytes, and then shared', async () => {
    const { fileId } = (await call('uploadFile', { ...input, comment: 'The evidence' })) as { fileId: string };
    const { files, messages } = (await slackAtWork.state()) as { files: object[]; messages: object[] };
    expect(files).toEqual([{ id: fileId, filename: 'evidence.csv', length: 5, size: 5, channel: 'C0SECURITY' }]);
    expect(messages.at(-1)).toMatchObject({ text: 'The evidence', files: [{ id: fileId, title: 'evidence.csv' }] });
  });

  it('is sent as its bytes when it comes in base64', async () => {
    await call('uploadFile', { ...input, encoding: 'base64', content: Buffer.from('four').toString('base64') });
    expect((await slackAtWork.state()).files).toMatchObject([{ length: 4, size: 4 }]);
  });

  it('whose upload breaks may be tried again, since nobody saw it', async () => {
    await slackAtWork.faults([{ path: '/upload', reset: 'after' }]);
    await expect(call('uploadFile', input)).rejects.toMatchObject({ name: 'RetryableError' });
  });

  it('goes nowhere but to Slack, wherever the answer points', async () => {
    const body = { ok: true, upload_url: 'https://elsewhere.example/x', file_id: 'F1' };
    await slackAtWork.faults([{ path: '/api/files.getUploadURLExternal', status: 200, body }]);
    await expect(call('uploadFile', input)).rejects.toMatchObject({ code: 'E_EGRESS' });
  });
});

describe('A posted message', () => {
  it('is deleted by its undo, once', async () => {
    const output = await call('postMessage', toSecurity);
    const undo = undoOf(slack, 'postMessage', toSecurity, output, null)!;
    expect(await call(undo.operation, undo.input as object)).toMatchObject({ changed: true });
    expect(await call(undo.operation, undo.input as object)).toMatchObject({ changed: false });
  });

  it.each([
    [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }, 'plain_text'],
    [{ type: 'section' }, 'text object or fields'],
    [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } }, '3,000'],
    [{ type: 'image', image_url: 'https://example.com/a.png' }, 'alt_text'],
    [{ type: 'actions', elements: [] }, '1 to 25'],
    [{ type: 'markdown' }, 'its text'],
  ])('with the block %j is refused before it is sent, with its place', async (block, words) => {
    const wrong = call('postMessage', { ...toSecurity, blocks: [{ type: 'divider' }, block] });
    await expect(wrong).rejects.toMatchObject({
      code: 'E_INPUT',
      details: { problems: [{ pointer: '/blocks/1', message: expect.stringContaining(words) }] },
    });
    expect(await slackAtWork.requests()).toEqual([]);
  });
});

/** Slack’s own description ends in 2021. What its pages have said since is named here. */
const elsewhere = [
  '/conversations.history',
  '/conversations.replies',
  '/conversations.archive',
  '/files.getUploadURLExternal',
  '/files.completeUploadExternal',
];
const sayings2022 = ['metadata', 'include_all_metadata'];
const vendorFile = new URL('../../../shared/specs/slack/slack.trim.json', import.meta.url);

describe.skipIf(!existsSync(vendorFile))('the extract of Slack’s description', () => {
  interface Method {
    parameters: { name: string }[];
  }
  // The description shows some methods as GET that are called by POST.
  const vendor = (paths: Record<string, Record<string, Method>>, path: string, verb: string) =>
    paths[path]?.[verb] ?? paths[path]?.get;

  it('names no method and no field that Slack does not name', () => {
    const { paths } = JSON.parse(readFileSync(vendorFile, 'utf8')) as { paths: Record<string, Record<string, Method>> };
    for (const [path, verbs] of Object.entries(description.paths)) {
      // The copy of the description is cut, and files are uploaded otherwise today: the pages of these are the source.
      if (elsewhere.includes(path)) continue;
      for (const [verb, ours] of Object.entries(verbs)) {
        const theirs = vendor(paths, path, verb)?.parameters.map(({ name }) => name) ?? [];
        const query = (ours as { parameters?: { name: string }[] }).parameters?.map(({ name }) => name) ?? [];
        const { requestBody } = ours as { requestBody?: { content: { 'application/json': { schema: object } } } };
        const { properties = {} } = (requestBody?.content['application/json'].schema ?? {}) as { properties?: object };
        const names = [...query, ...Object.keys(properties)].filter((name) => !sayings2022.includes(name));
        expect(theirs, `${verb} ${path}`).toEqual(expect.arrayContaining(names));
      }
    }
  });
});
