import { createHash } from 'node:crypto';
import { simulatedPeople } from '../simulated-company.js';

/** A record: every value is a text, as in ServiceNow. */
export type Row = Record<string, string>;

export interface ServiceNowState {
  /** By the name of the table that holds them. */
  incident: Row[];
  change_request: Row[];
  sc_req_item: Row[];
  sysapproval_approver: Row[];
  cmdb_ci: Row[];
  cmdb_rel_ci: Row[];
  cmdb_rel_type: Row[];
  sys_user: Row[];
  sys_user_group: Row[];
  sys_db_object: Row[];
  sys_dictionary: Row[];
  attachments: (Row & { content: string })[];
  /** Notes and comments: what they are of, and what they say. */
  journal: { recordId: string; kind: string; text: string; by: string; at: string }[];
}

/** Tables that hold records of their own, and those that show others: all tasks, or the items of one class. */
const taskTables = ['incident', 'change_request', 'sc_req_item'] as const;

const id = (prefix: string, number: number) => prefix + String(number).padStart(32 - prefix.length, '0');
export const hashId = (text: string) => createHash('md5').update(text).digest('hex');

const person = (key: string) => id('b', simulatedPeople.findIndex((each) => each.key === key) + 1);

const changed = (at: string, by = 'ada.okafor') => ({
  sys_created_on: at,
  sys_updated_on: at,
  sys_updated_by: by,
  sys_mod_count: '0',
});

const seededAt = '2026-01-05 09:00:00';

const taskFields = ['number', 'short_description', 'description', 'state', 'assigned_to', 'assignment_group'];
const fieldsOfTables: Record<string, string[]> = {
  task: [...taskFields, 'correlation_id', 'correlation_display', 'work_notes', 'comments', 'approval', 'cmdb_ci'],
  incident: ['caller_id', 'impact', 'urgency', 'category', 'close_code', 'close_notes'],
  change_request: ['type'],
  sc_req_item: ['request', 'cat_item'],
  cmdb_ci: ['name', 'sys_class_name', 'operational_status', 'comments', 'correlation_id', 'owned_by'],
  cmdb_ci_service: ['busines_criticality'],
  cmdb_rel_ci: ['parent', 'type', 'child'],
  cmdb_rel_type: ['name'],
  sys_user: ['name', 'email', 'user_name', 'active', 'title', 'department', 'manager'],
  sys_user_group: ['name', 'active', 'manager'],
  sysapproval_approver: ['state', 'approver', 'sysapproval', 'comments'],
};

const parents: Record<string, string> = {
  incident: 'task',
  change_request: 'task',
  sc_req_item: 'task',
  cmdb_ci_service: 'cmdb_ci',
};

/** Which rows a table shows: its own, those of the tables that extend it, or those of its class. */
export function rowsOf(state: ServiceNowState, table: string): Row[] | null {
  if (table === 'task') return taskTables.flatMap((name) => state[name]);
  if (table === 'cmdb_ci_service') return state.cmdb_ci.filter(({ sys_class_name }) => sys_class_name === table);
  return table in fieldsOfTables || table === 'sys_db_object' || table === 'sys_dictionary'
    ? (state[table as keyof ServiceNowState] as Row[])
    : null;
}

/** The fields of a table and of those that it extends; what else is set is not stored. */
export function fieldsOf(table: string): Set<string> {
  const own = fieldsOfTables[table] ?? [];
  return new Set([...own, ...(parents[table] ? fieldsOf(parents[table]) : [])]);
}

export const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The name of what a sys_id stands for; anything else as it is. */
export function nameOf({ sys_user, sys_user_group, cmdb_ci }: ServiceNowState, value: string): string {
  const found = [...sys_user, ...sys_user_group, ...cmdb_ci].find(({ sys_id }) => sys_id === value);
  return found ? String(found.name) : value;
}

function task(table: string, sysId: string, values: Row): Row {
  const empty = Object.fromEntries([...fieldsOf(table)].map((field) => [field, '']));
  return { ...empty, sys_id: sysId, sys_class_name: table, ...changed(seededAt), ...values };
}

function item(number: number, name: string, className: string): Row {
  const values = { name, sys_class_name: className, operational_status: '1', comments: '', owned_by: person('marco') };
  return { sys_id: id('c1', number), ...values, correlation_id: '', ...changed(seededAt) };
}

/** Two incidents, a change, a requested access with its approval, and three services that depend on each other. */
export function seedServiceNow(): ServiceNowState {
  const tables = [...Object.keys(fieldsOfTables)];
  const dependsOn = '1a9cb166f1571100a92eb60da2bce5c5';
  return {
    incident: [
      task('incident', '9d385017c611228701d22104cc95c371', {
        number: 'INC0000060',
        short_description: 'Unable to sign in to the data warehouse',
        state: '1',
        impact: '2',
        urgency: '3',
        caller_id: person('tom'),
        assignment_group: id('d1', 1),
      }),
      task('incident', id('f2', 2), {
        number: 'INC0000061',
        short_description: 'Laptop lost at the airport',
        state: '2',
        impact: '2',
        urgency: '1',
        caller_id: person('noah'),
        assignment_group: id('d1', 2),
      }),
    ],
    change_request: [
      task('change_request', id('f3', 1), {
        number: 'CHG0000011',
        short_description: 'Rotate signing keys',
        state: '-1',
      }),
    ],
    sc_req_item: [
      task('sc_req_item', id('f1', 1), {
        number: 'RITM0010001',
        short_description: 'Access to AWS Production',
        approval: 'requested',
        state: '1',
      }),
    ],
    sysapproval_approver: [
      {
        sys_id: id('f5', 1),
        state: 'requested',
        approver: person('marco'),
        sysapproval: id('f1', 1),
        comments: '',
        ...changed(seededAt),
      },
    ],
    cmdb_ci: [
      item(1, 'data-warehouse', 'cmdb_ci_service'),
      item(2, 'aws-production', 'cmdb_ci_service'),
      item(3, 'vpn-gateway', 'cmdb_ci'),
    ],
    cmdb_rel_ci: [
      { sys_id: id('e1', 1), parent: id('c1', 1), type: dependsOn, child: id('c1', 2), ...changed(seededAt) },
    ],
    cmdb_rel_type: [
      { sys_id: dependsOn, name: 'Depends on::Used by' },
      { sys_id: id('e2', 2), name: 'Runs on::Runs' },
    ],
    sys_user: simulatedPeople.map(({ key, firstName, lastName, email, title, team }) => ({
      sys_id: person(key),
      name: `${firstName} ${lastName}`,
      email,
      user_name: email.split('@')[0]!,
      active: 'true',
      title,
      department: team,
      manager: '',
      ...changed(seededAt),
    })),
    sys_user_group: [
      { sys_id: id('d1', 1), name: 'Service Desk', active: 'true', manager: person('marco') },
      { sys_id: id('d1', 2), name: 'Security Operations', active: 'true', manager: person('ada') },
    ],
    sys_db_object: tables.map((name) => ({
      sys_id: hashId(name),
      name,
      label: labelOf(name),
      'super_class.name': parents[name] ?? '',
    })),
    sys_dictionary: tables.flatMap((name) =>
      fieldsOfTables[name]!.map((element) => ({
        ...{ sys_id: hashId(`${name}.${element}`), name, element },
        ...{ column_label: labelOf(element), internal_type: 'string' },
      })),
    ),
    attachments: ['access.csv', 'photo.png'].map((fileName, index) => ({
      sys_id: id('a', index + 1),
      table_name: 'incident',
      table_sys_id: '9d385017c611228701d22104cc95c371',
      file_name: fileName,
      content_type: 'text/csv',
      size_bytes: String(120 + index),
      content: '',
    })),
    journal: [],
  };
}
