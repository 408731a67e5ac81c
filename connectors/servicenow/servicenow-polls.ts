import { type Host, type JsonValue, type PollPage, parseAnswer, path, type Trigger, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { linkPaging, plain, recordsOf, tableDocs } from './servicenow-shapes.js';

const changedRecord = z.looseObject({
  sys_id: z.string(),
  sys_updated_on: z.string().describe('In UTC, such as 2026-03-01 12:00:00.'),
  sys_mod_count: z.string(),
});

/**
 * A pass through all records that changed since a time, in the order of their sys_id: an order that no change moves,
 * however many records share a second. What changes during a pass is read in the next one, which begins where this one
 * began.
 */
interface Place {
  /** Nothing older is ever told. Instants in ISO 8601. */
  start: string;
  from: string;
  /** Of a pass that is under way: when it began, and the last record that it saw. */
  began?: string | undefined;
  after?: string | undefined;
  /** Pages in a row of which the account may see no record. */
  skip?: number | undefined;
}

const pageSize = 200;

/** Clocks differ and transactions are seen late; what is read twice is told by its id. */
const lateMs = 180_000;

async function read(host: Host, cursor: JsonValue, table: string): Promise<PollPage> {
  const { start, from, began = host.now().toISOString(), after, skip = 0 } = cursor as unknown as Place;
  const response = await host.http.send({
    method: 'GET',
    path: path`/api/now/table/${table}`,
    query: {
      ...plain(),
      sysparm_query: [changedSince(from, host.now()), after && `sys_id>${after}`, 'ORDERBYsys_id']
        .filter(Boolean)
        .join('^'),
      sysparm_limit: pageSize,
      ...(skip > 0 ? { sysparm_offset: skip * pageSize } : {}),
    },
  });
  const records = parseAnswer(z.array(changedRecord), recordsOf(response), tableDocs);
  const events = records
    .map((each) => ({
      id: `${each.sys_id} ${each.sys_mod_count} ${each.sys_updated_on}`,
      payload: each as JsonValue,
      occurredAt: instantOf(each.sys_updated_on),
    }))
    .filter(({ occurredAt }) => occurredAt >= start);
  const last = records.at(-1)?.sys_id;
  if (linkPaging.next(response, { method: 'GET' }, 0) === null) {
    const next = new Date(Math.max(Date.parse(start), Date.parse(began) - lateMs)).toISOString();
    return { events, cursor: cursorOf({ start, from: next }) };
  }
  const place = last === undefined ? { after, skip: skip + 1 } : { after: last };
  return { events, cursor: cursorOf({ start, from, began, ...place }), more: true };
}

/**
 * In minutes ago, since ServiceNow reads a time that is written out in the time zone of the account. A time of more than
 * ten years ago is none.
 */
function changedSince(from: string, now: Date): string | null {
  const minutes = Math.ceil((now.getTime() - Date.parse(from)) / 60_000) + 2;
  return minutes > 5_256_000 ? null : `sys_updated_onRELATIVEGT@minute@ago@${minutes}`;
}

const instantOf = (time: string): string => new Date(`${time.replace(' ', 'T')}Z`).toISOString();

const cursorOf = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

function changed(of: { table: string; title: string; summary: string; sample: Record<string, string> }): Trigger {
  return trigger({
    title: of.title,
    docs: tableDocs,
    summary: of.summary,
    payload: changedRecord,
    poll: {
      everySeconds: 60,
      begin: (from) => ({ start: from.toISOString(), from: from.toISOString() }),
      read: (host, cursor) => read(host, cursor, of.table),
    },
    sample: {
      sys_id: '9d385017c611228701d22104cc95c371',
      sys_mod_count: '4',
      sys_created_on: '2026-03-01 09:12:40',
      sys_updated_on: '2026-03-01 12:00:00',
      sys_updated_by: 'jane.doe',
      ...of.sample,
    },
  });
}

/** A reading tells of each record that changed its latest state; sys_mod_count is 0 if it is new. */
export const servicenowPolls = {
  incidentChanged: changed({
    table: 'incident',
    title: 'Incident created or changed',
    summary: 'Any change of an incident that the account sees, asked for each minute.',
    sample: { number: 'INC0000060', short_description: 'Unable to sign in to the data warehouse', state: '2' },
  }),
  requestItemChanged: changed({
    table: 'sc_req_item',
    title: 'Requested item created or changed',
    summary: 'Any change of an item that was ordered from the catalogue, asked for each minute.',
    sample: { number: 'RITM0010001', short_description: 'Access to AWS Production', approval: 'approved' },
  }),
  changeRequestChanged: changed({
    table: 'change_request',
    title: 'Change created or changed',
    summary: 'Any change of a change request, asked for each minute.',
    sample: { number: 'CHG0000012', short_description: 'Remove unused service accounts', state: '-1' },
  }),
  approvalChanged: changed({
    table: 'sysapproval_approver',
    title: 'Approval asked for or answered',
    summary: 'An approval in ServiceNow was asked for, approved or rejected; asked for each minute.',
    sample: {
      state: 'approved',
      approver: 'b0000000000000000000000000000002',
      sysapproval: 'f1000000000000000000000000000001',
    },
  }),
  configurationItemChanged: changed({
    table: 'cmdb_ci',
    title: 'Configuration item created or changed',
    summary: 'Any change of an item of the CMDB, asked for each minute.',
    sample: { name: 'data-warehouse', sys_class_name: 'cmdb_ci_service', operational_status: '1' },
  }),
};
