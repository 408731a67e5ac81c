import { createHmac } from 'node:crypto';
import type { LostEventSweep } from '@castellan/api';
import type { Session } from './admin-session.js';
import { type AuditLog, startAuditLog } from './audit-log.js';
import { deliver, type HookResult, type PublishedFlow, publishFlow, until, wires } from './flows.js';
import type { TestDatabase } from './postgres.js';
import type { Vendor } from './vendor.js';

const streamSecret = 'the-secret-of-the-event-stream';
const hourMs = 3_600_000;

/** An event of the stream. */
export interface StreamedEvent {
  event_id: string;
  event_type: string;
  created_at: string;
}

/** Flows on an event stream of Opal, whose deliveries may be lost, and what tests ask of them. */
export function sweptFlows(on: { admin: Session; database: TestDatabase; vendor: Vendor }) {
  const { admin, database, vendor } = on;
  const placeOf = ({ connection }: AuditLog) => `/connections/${connection}/sweeps`;

  const sweepsOf = async (log: AuditLog): Promise<LostEventSweep[]> =>
    (await admin.inWorkspace<{ items: LostEventSweep[] }>('GET', placeOf(log))).body.items;

  const sweepOf = (log: AuditLog): Promise<LostEventSweep> =>
    until('the event to be swept', async () => (await sweepsOf(log))[0]);

  const settled = (log: AuditLog, isNew: (sweep: LostEventSweep) => boolean = () => true): Promise<LostEventSweep> =>
    until(
      'the end of the sweep',
      async () => {
        const sweep = await sweepOf(log);
        return !sweep.underWay && isNew(sweep) && sweep;
      },
      60,
    );

  return {
    sweepOf,
    /** An audit log with a stream, which signs what it delivers. */
    streaming: (name: string): Promise<AuditLog> => startAuditLog(admin, vendor, name, { streamSecret }),
    /** A flow on the stream; its trigger may be given a filter or a key. */
    listening: (log: AuditLog, trigger: object = {}): Promise<PublishedFlow> =>
      publishFlow(admin, {
        connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
        triggers: { heard: { kind: 'connector', connection: 'opal', event: 'eventStreamed', ...trigger } },
        steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.eventType' } } },
        wires: wires('heard -> note'),
      }),
    /** Logs an event some hours ago, so that its delivery has had its time. */
    log(log: AuditLog, type: string, hours = 1): StreamedEvent {
      const at = new Date(Date.now() - hours * hourMs);
      return { event_id: log.log(type, at), event_type: type, created_at: at.toISOString() };
    },
    /** Delivers as the stream does. */
    tell(log: AuditLog, event: StreamedEvent, signedWith = streamSecret): Promise<HookResult> {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signature = createHmac('sha256', signedWith)
        .update(`v0:${timestamp}:${JSON.stringify(event)}`)
        .digest('hex');
      return deliver(log.hookUrl, event, {
        'x-opal-signature': signature,
        'x-opal-request-timestamp': timestamp,
      });
    },
    /** Sets back by a day when the flow was switched on, and from when on deliveries are compared. */
    async asOfYesterday(log: AuditLog, flow: Pick<PublishedFlow, 'id'>): Promise<void> {
      await settled(log);
      await database.query(`update triggers set since = now() - interval '1 day' where flow_id = $1`, [flow.id]);
      await database.query(
        `update sweeps set swept_to = now() - interval '1 day', cursor = null where connection_id = $1`,
        [log.connection],
      );
    },
    /** Asks for a sweep and waits for its end, well or not. */
    async sweep(log: AuditLog): Promise<LostEventSweep> {
      const { sweptAt, failing } = await settled(log);
      const asked = await admin.inWorkspace('POST', `${placeOf(log)}/eventStreamed/now`);
      if (asked.status !== 202)
        throw new Error(`The sweep was answered ${asked.status}: ${JSON.stringify(asked.body)}`);
      return settled(log, (now) => now.sweptAt !== sweptAt || now.failing?.count !== failing?.count);
    },
    turn: (log: AuditLog, enabled: boolean) =>
      admin.inWorkspace<LostEventSweep>('PUT', `${placeOf(log)}/eventStreamed`, { enabled }),
    askNow: (log: AuditLog) => admin.inWorkspace('POST', `${placeOf(log)}/eventStreamed/now`),
    /** The types of the events that runs of a flow were made for, in the order in which they were made. */
    heardBy: async ({ id }: Pick<PublishedFlow, 'id'>): Promise<string[]> => {
      const rows = await database.query<{ type: string }>(
        `select trigger_data #>> '{body,eventType}' as type from runs where flow_id = $1 order by id`,
        [id],
      );
      return rows.map(({ type }) => type);
    },
  };
}
