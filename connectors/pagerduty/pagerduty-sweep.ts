import {
  type Host,
  type JsonObject,
  type JsonValue,
  type PolledEvent,
  type PollPage,
  parseAnswer,
  path,
  type Sweep,
} from '@castellan/sdk';
import { z } from 'zod';
import { fieldOf, pageSize, reference } from './pagerduty-incidents.js';

/**
 * An incident is triggered once, so that its own id names that event in a delivery and in the list. Of what happens to it
 * afterwards no id is common to both: a webhook's events and the entries of an incident's log are numbered apart.
 */
export const triggeredId = (incidentId: string): string => `incident.triggered ${incidentId}`;

/** A window of time, closed at its later end before its incidents are read page by page. */
interface Place {
  /** Nothing older is ever told. */
  start: string;
  from: string;
  /** Of a window that is being read. */
  to?: string;
  offset?: number;
}

/** PagerDuty lists at most half a year at a time, and no more than 10,000 incidents. */
const longestMs = 30 * 86_400_000;
/** An incident may be listed some time after it was opened; what is read twice is told by its id. */
const lateMs = 120_000;

/** A window that ends so long before now was cut, and the next one is read at once. */
const behindMs = 3_600_000;

const listed = z.array(z.looseObject({ id: z.string(), created_at: z.iso.datetime({ offset: true }) }));

const cursorOf = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

async function read({ http, now }: Host, cursor: JsonValue): Promise<PollPage> {
  const { start, from, offset = 0, ...window } = cursor as unknown as Place;
  const end = now().getTime();
  const to = window.to ?? new Date(Math.min(end, Date.parse(from) + longestMs)).toISOString();
  if (to <= from) return { events: [], cursor };
  const query = { since: from, until: to, limit: pageSize, ...(offset > 0 ? { offset } : {}) };
  const response = await http.send({ method: 'GET', path: path`/incidents`, query });
  const incidents = parseAnswer(listed, fieldOf(response, 'incidents'), `${reference}/9d0b4b12e36f9-list-incidents`);
  const events = incidents.map((incident) => eventOf(incident as JsonObject & (typeof incidents)[number]));
  if (fieldOf(response, 'more') === true) {
    return { events, cursor: cursorOf({ start, from, to, offset: offset + incidents.length }), more: true };
  }
  const overlapping = Math.max(Date.parse(start), Date.parse(to) - lateMs);
  const next = cursorOf({ start, from: new Date(overlapping).toISOString() });
  return { events, cursor: next, more: end - Date.parse(to) > behindMs };
}

/** As a webhook tells it, by the incident as it is now. The id of the webhook's event is nowhere listed. */
function eventOf(incident: JsonObject & { id: string; created_at: string }): PolledEvent {
  const { incident_number: number = null, assignments, ...rest } = incident;
  const assignees = (Array.isArray(assignments) ? assignments : []).flatMap((each) => {
    const assignee = (each as JsonObject | null)?.assignee;
    return assignee === undefined ? [] : [assignee];
  });
  const id = triggeredId(incident.id);
  const occurredAt = incident.created_at;
  return {
    ...{ id, occurredAt },
    payload: {
      ...{ id, event_type: 'incident.triggered', resource_type: 'incident', occurred_at: occurredAt, agent: null },
      data: { ...rest, number, assignees },
    },
  };
}

export const triggeredSweep: Sweep = {
  everySeconds: 600,
  graceSeconds: 900,
  caution:
    'A webhook of PagerDuty may be for one service or team only. The list holds every incident that the account sees, so switch this on only where the webhook is for all of them, or the trigger’s filter says which.',
  begin: (from) => cursorOf({ start: from.toISOString(), from: from.toISOString() }),
  read,
};
