import type { TriggerPoll, TriggerState } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import type { Session } from './admin-session.js';
import type { AuditLog } from './audit-log.js';
import { type PublishedFlow, publishFlow, until, wires } from './flows.js';
import type { TestDatabase } from './postgres.js';
import type { TestTemporal } from './temporal.js';

type Flow = Pick<PublishedFlow, 'id'>;

const note = { note: { kind: 'shape', output: { jsonata: 'trigger.body.eventType' } } };

/** Flows with a trigger `logged` that reads an audit log, and what tests ask of them. */
export function polledFlows(on: { admin: Session; database: TestDatabase; temporal: TestTemporal }) {
  const { admin, database, temporal } = on;

  const stateOf = async (flow: Flow): Promise<TriggerState> => {
    const { body } = await admin.inWorkspace<{ items: TriggerState[] }>('GET', `/flows/${flow.id}/triggers`);
    return body.items.find(({ id }) => id === 'logged') as TriggerState;
  };

  const pollEnded = (flow: Flow): Promise<TriggerPoll> =>
    until(
      'the end of the poll',
      async () => {
        const { poll } = await stateOf(flow);
        return poll && !poll.underWay && poll;
      },
      60,
    );

  /** The types of the events that runs of a flow were made for, in the order in which they were made. */
  const heardBy = async ({ id }: Flow): Promise<string[]> => {
    const rows = await database.query<{ type: string }>(
      `select trigger_data #>> '{body,eventType}' as type from runs where flow_id = $1 order by id`,
      [id],
    );
    return rows.map(({ type }) => type);
  };

  return {
    stateOf,
    pollEnded,
    heardBy,
    /** Reads once an hour unless the test says otherwise, or asks. */
    listening: (log: Pick<AuditLog, 'connection'>, trigger: object = {}): Promise<PublishedFlow> =>
      publishFlow(admin, {
        connections: { opal: { connector: 'opal', title: 'Opal', id: log.connection } },
        triggers: {
          logged: { kind: 'connector', connection: 'opal', event: 'eventLogged', everySeconds: 3_600, ...trigger },
        },
        steps: note,
        wires: wires('logged -> note'),
      }),
    /** What people may order of the trigger. */
    order: <Body>(flow: Flow, method: 'GET' | 'POST', order: string, body?: object) =>
      admin.inWorkspace<Body>(method, `/flows/${flow.id}/triggers/logged/${order}`, body),
    /** Asks for a poll and waits for its end. */
    poll: async (flow: Flow): Promise<TriggerPoll> => {
      const { status } = await admin.inWorkspace('POST', `/flows/${flow.id}/triggers/logged/poll`);
      if (status !== 202) throw new Error(`The poll was answered ${status}`);
      return pollEnded(flow);
    },
    /** The events that it has heard once there are so many. */
    hears: (flow: Flow, many: number, seconds = 30): Promise<string[]> =>
      until(
        `${many} events`,
        async () => {
          const heard = await heardBy(flow);
          return heard.length >= many && heard;
        },
        seconds,
      ),
    turn: (flow: Flow, state: 'enable' | 'disable') => admin.inWorkspace('POST', `/flows/${flow.id}/${state}`),
    /** Ids of all Schedules that Temporal has. */
    scheduleIds: async (): Promise<string[]> => {
      const opened = await Connection.connect({ address: temporal.address });
      try {
        const ids: string[] = [];
        const client = new Client({ connection: opened, namespace: temporal.namespace });
        for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
        return ids.toSorted();
      } finally {
        await opened.close();
      }
    },
  };
}
