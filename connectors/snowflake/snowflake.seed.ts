import { affectedPerson } from '../simulated-company.js';
import type { SnowflakeState } from './simulator/state.js';

/** The handle of a statement that ended long ago. */
const endedHandle = '01ca57e1-0000-4000-8000-000000000001';

const accessColumns = [
  ['EVENT_ID', 'TEXT'],
  ['PART', 'NUMBER'],
  ['EVENT_TYPE', 'TEXT'],
  ['PERSON', 'TEXT'],
  ['PERSON_ID', 'TEXT'],
  ['ACTION', 'TEXT'],
  ['SYSTEM', 'TEXT'],
  ['RESOURCE', 'TEXT'],
  ['RESOURCE_ID', 'TEXT'],
  ['ACCESS_LEVEL', 'TEXT'],
  ['ACTOR', 'TEXT'],
  ['AT', 'TIMESTAMP_TZ'],
  ['DETAILS', 'VARIANT'],
];

const reviewColumns = [
  ['OUTCOME_ID', 'TEXT'],
  ['REVIEW', 'TEXT'],
  ['PERSON', 'TEXT'],
  ['RESOURCE', 'TEXT'],
  ['DECISION', 'TEXT'],
  ['REVIEWER', 'TEXT'],
  ['DECIDED_AT', 'TIMESTAMP_TZ'],
];

const columns = (rows: string[][]) => rows.map(([name = '', type = '']) => ({ name, type }));

/** 2026-01-12 09:30 at Berlin, as Snowflake sends it. */
const instant = '1768206600.000 1500';

const resultColumns = [
  { name: 'EVENT_ID', type: 'text' },
  { name: 'PERSON', type: 'text' },
  { name: 'ACTION', type: 'text' },
  { name: 'AT', type: 'timestamp_tz', scale: 3 },
];

const { email } = affectedPerson;

/** A warehouse of the security team, with the tables of access events and review outcomes. */
export function seedSnowflake(): SnowflakeState {
  const held = {
    EVENT_ID: 'evt-1001',
    PERSON: email,
    ACTION: 'grant',
    SYSTEM: 'Opal',
    RESOURCE: 'payments-api',
    ACCESS_LEVEL: 'Write',
    ACTOR: 'marco.reyes@example.com',
    AT: '2026-01-12T09:30:00.000+01:00',
    DETAILS: null,
  };
  const result = { columns: resultColumns, rows: [['evt-1001', email, 'grant', instant]] };
  return {
    tables: [
      {
        database: 'SECURITY',
        schema: 'GOVERNANCE',
        name: 'ACCESS_EVENTS',
        columns: columns(accessColumns),
        rows: [held],
      },
      {
        database: 'SECURITY',
        schema: 'GOVERNANCE',
        name: 'REVIEW_OUTCOMES',
        columns: columns(reviewColumns),
        rows: [],
      },
    ],
    views: [],
    answers: [
      {
        statement: 'SELECT event_id, person, action, at FROM access_events WHERE person = ? ORDER BY at',
        result,
      },
      {
        statement: 'UPDATE access_events SET action = ? WHERE person = ?',
        result: {
          columns: [{ name: 'number of rows updated', type: 'fixed', scale: 0 }],
          rows: [['2']],
          stats: { numRowsInserted: 0, numRowsUpdated: 2, numRowsDeleted: 0 },
        },
      },
    ],
    statements: [
      {
        handle: endedHandle,
        requestId: null,
        at: '2026-01-12T08:30:00.000Z',
        statement: 'SELECT event_id, person, action, at FROM access_events',
        role: 'CASTELLAN_WRITER',
        running: 0,
        result,
        failure: null,
      },
    ],
  };
}
