import type { Integration } from '@castellan/api';
import { startAuditLog } from './harness/audit-log.js';
import { publishFlow, until, wires } from './harness/flows.js';
import type { Recording } from './recording-kit.js';

/** What clocks start, which hosts no run: each answers the type of the workflow that is to be recorded. */
export const recordedClocks: Record<string, (on: Recording) => Promise<string>> = {
  'schedule-fired': async (on) => {
    const flow = await publishFlow(on.admin, {
      triggers: { clock: { kind: 'schedule', every: 1 } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.scheduledAt' } } },
      wires: wires('clock -> note'),
    });
    await until('a fire', async () => {
      const { body } = await on.admin.inWorkspace<{ items: object[] }>('GET', `/runs?flowId=${flow.id}`);
      return body.items.length > 0;
    });
    await on.admin.inWorkspace('POST', `/flows/${flow.id}/disable`);
    return 'fire';
  },

  'events-polled': async (on) => {
    const log = await startAuditLog(on.admin, on.vendor, 'recorded');
    await publishFlow(on.admin, {
      connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
      triggers: { logged: { kind: 'connector', connection: 'opal', event: 'eventLogged', everySeconds: 10 } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.eventType' } } },
      wires: wires('logged -> note'),
    });
    log.log('USERS_CREATED');
    await until('a poll', async () => log.asked().length > 0);
    return 'poll';
  },

  'directory-synced': async (on) => {
    const { connection } = await startAuditLog(on.admin, on.vendor, 'synced');
    const page = (results: object[]) => ({ body: { next: null, previous: null, results } });
    const user = {
      user_id: '5f0c5ad1-1b9e-4c6b-9a59-6f1b0a7d2c11',
      email: 'jane.doe@example.com',
      full_name: 'Jane Doe',
    };
    const group = { group_id: 'b7c1d0a2-4a7e-4f3d-8c2b-0e9f6d5a4b33', name: 'Engineering' };
    const busy = { status: 503, headers: { 'retry-after': '1' }, body: {} };
    // The first page is asked for twice, so that a pause is recorded, too.
    on.vendor.script('/synced/users', (_, count) =>
      count === 1 ? busy : page([{ ...user, first_name: 'Jane', last_name: 'Doe', position: '' }]),
    );
    on.vendor.script('/synced/groups', () => page([group]));
    on.vendor.script(`/synced/groups/${group.group_id}/users`, () => page([]));
    const wish = { connectionId: connection, name: 'Opal' };
    const { body } = await on.admin.inWorkspace<Integration>('POST', '/integrations', wish);
    await until('a sync', async () => {
      const { lastSync } = (await on.admin.inWorkspace<Integration>('GET', `/integrations/${body.id}`)).body;
      if (lastSync?.status === 'failed') throw new Error(`The sync failed: ${lastSync.error?.message}`);
      return lastSync?.status === 'completed';
    });
    return 'directorySync';
  },
};
