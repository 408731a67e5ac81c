import { describe, expect, it } from 'vitest';
import { flowOf, outputOf } from './template-flow.js';

const flow = flowOf('opal-access-change');

const shapeOf = (step: string, context: object) => outputOf(flow, step, context) as Promise<Record<string, unknown>>;

const event = { event_ts: 1_767_225_600, event_type: 'USER_ADDED_TO_RESOURCE', user_id: 'jane.doe@example.com' };
const changeOf = (body: object) => shapeOf('change', { trigger: { body, receivedAt: '2026-01-02T00:00:00.000Z' } });

/** The title of an event, with what Opal answered about the person. */
async function reportOf(body: object, find_user: object = { output: { found: false, user: null }, error: null }) {
  return shapeOf('report', { steps: { change: { output: await changeOf(body) }, find_user } });
}
const jane = { fullName: 'Jane Doe', position: 'Engineer', hrIdpStatus: 'ACTIVE' };
const known = { output: { found: true, user: jane }, error: null };

describe('An event of Opal', () => {
  it('is read: what was done, to whom, to what and when', async () => {
    expect(
      await changeOf({ ...event, user_id: ' Jane.Doe@Example.com ', resource_id: 'r-1', access_level: 'admin' }),
    ).toEqual({
      ...{ type: 'USER_ADDED_TO_RESOURCE', verb: 'added', person: 'jane.doe@example.com' },
      ...{ things: 'resource r-1', level: 'admin', at: '2026-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    [{ ...event, resource_id: 'r-1' }, 'Opal: Jane Doe (jane.doe@example.com) was given resource r-1'],
    [
      { ...event, event_type: 'USER_REMOVED_FROM_GROUP', group_id: 'g-1', access_level: '' },
      'Opal: Jane Doe (jane.doe@example.com) lost group g-1',
    ],
    [
      { ...event, event_type: 'USER_ACCESS_UPDATED', group_id: 'g-1' },
      'Opal: Jane Doe (jane.doe@example.com) has changed access to group g-1',
    ],
    [event, 'Opal: Jane Doe (jane.doe@example.com) was given something that the event does not name'],
  ])('about a person becomes a sentence (%#)', async (body, title) => {
    expect(await reportOf(body, known)).toEqual({
      ...{ title, unknown: false, unread: '', position: 'Engineer', status: 'ACTIVE' },
    });
  });

  it('about a resource in a group names both, without a person', async () => {
    const body = { event_type: 'RESOURCE_REMOVED_FROM_GROUP', resource_id: 'r-1', group_id: 'g-1' };
    expect(await changeOf(body)).toMatchObject({ person: '', at: '2026-01-02T00:00:00.000Z' });
    expect(await reportOf(body, {})).toMatchObject({
      title: 'Opal: resource r-1 from group g-1, removed',
      unknown: false,
    });
  });

  it('about somebody whom Opal does not know says so, and why where it could not be asked', async () => {
    const title = 'Opal: jane.doe@example.com was given resource r-1';
    expect(await reportOf({ ...event, resource_id: 'r-1' })).toMatchObject({ title, unknown: true, unread: '' });
    const failed = { output: null, error: { message: 'Opal is away.' } };
    expect(await reportOf({ ...event, resource_id: 'r-1' }, failed)).toMatchObject({
      ...{ title, unknown: false, unread: 'Opal is away.' },
    });
  });
});
