import { startAuditLog } from './harness/audit-log.js';
import { publishFlow, until, wires } from './harness/flows.js';
import type { Recording } from './recording-kit.js';

/** What the clocks of triggers start, which hosts no run: each answers the type of the workflow that is to be recorded. */
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
};
