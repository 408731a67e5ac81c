import { asObject, FatalError, type Host, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  limit,
  linkPaging,
  nextOffset,
  ordered,
  pageSize,
  plain,
  queryValue,
  recordsOf,
  table,
  tableDocs,
  tableName,
} from './servicenow-shapes.js';

const tableEntry = z.object({ name: z.string(), label: z.string() });
const fieldEntry = z.object({ element: z.string(), column_label: z.string(), internal_type: z.string().nullish() });
const user = z.looseObject({
  sys_id: z.string(),
  name: z.string(),
  email: z.string().nullish(),
  user_name: z.string().nullish(),
  active: z.string().nullish().describe('true or false'),
});

const userFields = 'sys_id,name,email,user_name,active,title,department,manager';

/** More ancestors than any table has. */
const mostAncestors = 10;

/** A table and those that it extends: an incident has the fields of a task, too. */
async function lineageOf({ http }: Pick<Host, 'http'>, name: string): Promise<string[]> {
  const lineage = [name];
  while (lineage.length < mostAncestors) {
    const response = await http.send({
      method: 'GET',
      path: path`/api/now/table/sys_db_object`,
      query: {
        ...plain(),
        sysparm_query: `name=${lineage.at(-1)}`,
        sysparm_fields: 'name,super_class.name',
        sysparm_limit: 1,
      },
    });
    const parent = recordsOf(response)[0]?.['super_class.name'];
    if (typeof parent !== 'string' || parent === '' || lineage.includes(parent)) break;
    lineage.push(parent);
  }
  return lineage;
}

async function fieldsOf(host: Pick<Host, 'http'>, name: string): Promise<z.output<typeof fieldEntry>[]> {
  const lineage = await lineageOf(host, name);
  const fields = new Map<string, z.output<typeof fieldEntry>>();
  for (let offset: number | null = 0; offset !== null; ) {
    const response = await host.http.send({
      method: 'GET',
      path: path`/api/now/table/sys_dictionary`,
      query: {
        ...plain(),
        sysparm_query: `nameIN${lineage.join(',')}^elementISNOTEMPTY^internal_type!=collection^ORDERBYelement^ORDERBYsys_id`,
        sysparm_fields: 'element,column_label,internal_type',
        sysparm_limit: pageSize,
        ...(offset > 0 ? { sysparm_offset: offset } : {}),
      },
    });
    for (const each of parseAnswer(z.array(fieldEntry), recordsOf(response), tableDocs)) fields.set(each.element, each);
    offset = nextOffset(response);
  }
  return [...fields.values()];
}

/** Lists that fields are chosen from. */
export const servicenowChoices = {
  listTables: operation({
    title: 'List tables',
    docs: tableDocs,
    summary: 'Tables of the instance. Reading them takes a right that not every account has.',
    input: z.strictObject({
      query: z.string().optional().meta({ title: 'Name or label contains' }),
      limit: limit.default(2_000),
    }),
    output: z.object({ items: z.array(tableEntry) }),
    choice: { value: 'name', label: 'label' },
    effect: 'read',
    request: ({ query = '', limit }) => ({
      method: 'GET',
      path: path`/api/now/table/sys_db_object`,
      query: {
        ...plain(),
        sysparm_query: `${query ? `nameLIKE${queryValue(query)}^ORlabelLIKE${queryValue(query)}^` : ''}ORDERBYlabel^ORDERBYsys_id`,
        sysparm_fields: 'name,label',
        sysparm_limit: Math.min(limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: {
      input: { limit: 2_000 },
      output: { items: [{ name: 'incident', label: 'Incident' }] },
    },
  }),

  listFields: operation({
    title: 'List fields of a table',
    docs: tableDocs,
    summary: 'Fields of a table, those of the tables that it extends among them.',
    input: z.strictObject({ table }),
    output: z.object({ items: z.array(fieldEntry) }),
    options: { '/table': 'listTables' },
    choice: { value: 'element', label: 'column_label' },
    effect: 'read',
    run: async (input, host) => ({ items: await fieldsOf(host, input.table) }),
    sample: {
      input: { table: 'incident' },
      output: {
        items: [{ element: 'short_description', column_label: 'Short description', internal_type: 'string' }],
      },
    },
  }),

  listClassFields: operation({
    title: 'List fields of a CMDB class',
    docs: tableDocs,
    summary: 'Fields of configuration items of a class.',
    input: z.strictObject({ class: tableName.default('cmdb_ci').meta({ title: 'Class' }) }),
    output: z.object({ items: z.array(fieldEntry) }),
    options: { '/class': 'listTables' },
    choice: { value: 'element', label: 'column_label' },
    effect: 'read',
    run: async (input, host) => ({ items: await fieldsOf(host, input.class) }),
    sample: {
      input: { class: 'cmdb_ci_service' },
      output: { items: [{ element: 'name', column_label: 'Name', internal_type: 'string' }] },
    },
  }),

  listUsers: operation({
    title: 'List people',
    docs: tableDocs,
    summary: 'Active people of the instance.',
    input: z.strictObject({ query: z.string().optional().meta({ title: 'Name contains' }), limit }),
    output: z.object({ items: z.array(user) }),
    choice: { value: 'sys_id', label: 'name' },
    effect: 'read',
    request: ({ query, limit }) => ({
      method: 'GET',
      path: path`/api/now/table/sys_user`,
      query: {
        ...plain(),
        sysparm_query: `active=true${query ? `^nameLIKE${queryValue(query)}` : ''}^ORDERBYname^ORDERBYsys_id`,
        sysparm_fields: userFields,
        sysparm_limit: Math.min(limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: {
      input: { limit: 500 },
      output: {
        items: [
          {
            sys_id: 'b0000000000000000000000000000003',
            name: 'Jane Doe',
            email: 'jane.doe@example.com',
            active: 'true',
          },
        ],
      },
    },
  }),

  findUser: operation({
    title: 'Find a person',
    docs: tableDocs,
    summary: 'The one account with an e-mail address.',
    input: z.strictObject({ email: z.email().meta({ title: 'E-mail' }) }),
    output: z.object({ user }),
    effect: 'read',
    async run({ email }, { http }) {
      const response = await http.send({
        method: 'GET',
        path: path`/api/now/table/sys_user`,
        query: {
          ...plain(),
          sysparm_query: `email=${queryValue(email)}^ORDERBYsys_id`,
          sysparm_fields: userFields,
          sysparm_limit: 10,
        },
      });
      const accounts = parseAnswer(z.array(user), recordsOf(response), tableDocs);
      const found = accounts.filter((each) => each.email?.toLowerCase() === email.toLowerCase());
      const active = found.filter((each) => each.active === 'true');
      const [one] = active.length === 1 ? active : found;
      if (one && (active.length === 1 || found.length === 1)) return { user: one };
      throw new FatalError(`ServiceNow has ${found.length === 0 ? 'no' : 'more than one'} person ${email}.`, {
        status: 404,
      });
    },
    sample: {
      input: { email: 'jane.doe@example.com' },
      output: {
        user: { sys_id: 'b0000000000000000000000000000003', name: 'Jane Doe', email: 'jane.doe@example.com' },
      },
    },
  }),

  listGroups: operation({
    title: 'List groups',
    docs: tableDocs,
    summary: 'Groups that work is given to.',
    input: z.strictObject({ query: z.string().optional().meta({ title: 'Name contains' }), limit }),
    output: z.object({ items: z.array(z.object({ sys_id: z.string(), name: z.string() })) }),
    choice: { value: 'sys_id', label: 'name' },
    effect: 'read',
    request: ({ query, limit }) => ({
      method: 'GET',
      path: path`/api/now/table/sys_user_group`,
      query: {
        ...plain(),
        sysparm_query: ordered(['active=true', query && `nameLIKE${queryValue(query)}`].filter(Boolean).join('^')),
        sysparm_fields: 'sys_id,name',
        sysparm_limit: Math.min(limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: {
      input: { limit: 500 },
      output: { items: [{ sys_id: 'd1000000000000000000000000000001', name: 'Service Desk' }] },
    },
  }),
};

/** Whose account a connection acts as. */
export async function accountOf({ http }: Pick<Host, 'http'>): Promise<string | null> {
  const response = await http.send({
    method: 'GET',
    path: path`/api/now/table/sys_user`,
    query: {
      ...plain(),
      sysparm_query: 'sys_id=javascript:gs.getUserID()',
      sysparm_fields: 'name,user_name',
      sysparm_limit: 1,
    },
  });
  const { name } = asObject(recordsOf(response)[0] ?? null);
  return typeof name === 'string' && name !== '' ? name : null;
}
