import { asObject, type Host, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { before, readRecord, recordOf, setBack, updateRequest } from './servicenow-records.js';
import {
  displayValues,
  fieldValues,
  limit,
  linkPaging,
  ordered,
  pageSize,
  plain,
  queryValue,
  record,
  recordsOf,
  resultOf,
  sysId,
  tableDocs,
  tableName,
  valuesOf,
} from './servicenow-shapes.js';

const ciClass = tableName
  .default('cmdb_ci')
  .meta({ title: 'Class' })
  .describe('The table of a class, such as cmdb_ci_server; cmdb_ci holds all.');
const ciId = sysId.meta({ title: 'Configuration item' });

const relation = {
  parent: sysId.meta({ title: 'Parent' }).describe('The sys_id of the item that the relationship is read from.'),
  type: sysId.meta({ title: 'Relationship' }).describe('The sys_id of its type, such as “Depends on::Used by”.'),
  child: sysId.meta({ title: 'Child' }).describe('The sys_id of the other item.'),
};
type Relation = { parent: string; type: string; child: string };

const related = z.object({ sysId: z.string(), created: z.boolean() });

async function findRelation({ http }: Pick<Host, 'http'>, { parent, type, child }: Relation): Promise<string | null> {
  const response = await http.send({
    method: 'GET',
    path: path`/api/now/table/cmdb_rel_ci`,
    query: {
      ...plain(),
      sysparm_query: `parent=${parent}^type=${type}^child=${child}^ORDERBYsys_id`,
      sysparm_fields: 'sys_id,parent,type,child',
      sysparm_limit: 1,
    },
  });
  const [found] = recordsOf(response);
  return typeof found?.sys_id === 'string' && found.child === child ? found.sys_id : null;
}

const relationBefore = async (input: Relation, host: Pick<Host, 'http'>) => ({
  related: (await findRelation(host, input)) !== null,
});

const wasRelated = (state: Parameters<typeof asObject>[0]): boolean => asObject(state).related === true;

const relationOptions = {
  '/parent': 'listConfigurationItems',
  '/type': 'listRelationshipTypes',
  '/child': 'listConfigurationItems',
} as const;

const relationChanges = ({ parent, child }: Relation) => [
  { action: 'update' as const, object: { type: 'servicenow_ci', id: parent, title: `Relationship with ${child}` } },
];

const sampleId = 'c1000000000000000000000000000001';
const otherId = 'c1000000000000000000000000000002';
const thirdId = 'c1000000000000000000000000000003';
const dependsOn = '1a9cb166f1571100a92eb60da2bce5c5';
const sample = { sys_id: sampleId, name: 'data-warehouse', sys_class_name: 'cmdb_ci_service', operational_status: '1' };

export const servicenowCmdb = {
  listConfigurationItems: operation({
    title: 'List configuration items',
    docs: tableDocs,
    summary: 'Items of the CMDB, of one class or of all.',
    input: z.strictObject({
      class: ciClass,
      query: z.string().optional().meta({ title: 'Query' }).describe('An encoded query, such as operational_status=1.'),
      displayValues,
      limit,
    }),
    output: z.object({ items: z.array(record) }),
    options: { '/class': 'listTables' },
    choice: { value: 'sys_id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/api/now/table/${input.class}`,
      query: {
        ...plain(input.displayValues),
        sysparm_query: ordered(input.query ?? 'ORDERBYname^ORDERBYsys_id'),
        sysparm_limit: Math.min(input.limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: { input: { class: 'cmdb_ci', limit: 500 }, output: { items: [sample] } },
  }),

  getConfigurationItem: operation({
    title: 'Get a configuration item',
    docs: tableDocs,
    summary: 'An item of the CMDB with the fields of its class, and what it is related to.',
    input: z.strictObject({ sysId: ciId }),
    output: record.extend({
      relationships: z.array(z.looseObject({ sys_id: z.string(), parent: z.string(), child: z.string() })),
    }),
    options: { '/sysId': 'listConfigurationItems' },
    effect: 'read',
    async run(input, host) {
      const any = { table: 'cmdb_ci', sysId: input.sysId };
      const general = await host.http.send({
        method: 'GET',
        path: path`/api/now/table/${any.table}/${any.sysId}`,
        query: { ...plain(), sysparm_fields: 'sys_id,sys_class_name' },
      });
      const className = String(asObject(resultOf(general)).sys_class_name || 'cmdb_ci');
      const [item, relations] = await Promise.all([
        readRecord(host, { table: className, sysId: input.sysId }),
        host.http.send({
          method: 'GET',
          path: path`/api/now/table/cmdb_rel_ci`,
          query: {
            ...plain(),
            sysparm_query: `parent=${input.sysId}^ORchild=${input.sysId}^ORDERBYsys_id`,
            sysparm_fields: 'sys_id,parent,parent.name,type,type.name,child,child.name',
            sysparm_limit: pageSize,
          },
        }),
      ]);
      const shape = z.array(z.looseObject({ sys_id: z.string(), parent: z.string(), child: z.string() }));
      return {
        ...parseAnswer(record, item, tableDocs),
        relationships: parseAnswer(shape, recordsOf(relations), tableDocs),
      };
    },
    sample: {
      input: { sysId: sampleId },
      output: {
        ...sample,
        relationships: [
          {
            sys_id: 'e1000000000000000000000000000001',
            parent: sampleId,
            child: otherId,
            'type.name': 'Depends on::Used by',
          },
        ],
      },
    },
  }),

  updateConfigurationItem: operation({
    title: 'Change a configuration item',
    docs: tableDocs,
    summary: 'Sets fields of an item of the CMDB, such as who has access to it.',
    input: z.strictObject({ class: ciClass, sysId: ciId, values: fieldValues.min(1).meta({ title: 'Values' }) }),
    output: record,
    options: { '/class': 'listTables', '/sysId': 'listConfigurationItems', '/values/*/field': 'listClassFields' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'servicenow_ci', id: input.sysId } }],
    before: (input, host) => before(host, { table: input.class, sysId: input.sysId }, valuesOf(input.values)),
    request: (input) => updateRequest({ table: input.class, sysId: input.sysId }, valuesOf(input.values)),
    response: recordOf,
    undo: (input, _, state) => setBack({ table: input.class, sysId: input.sysId }, state),
    sample: {
      input: {
        class: 'cmdb_ci_service',
        sysId: sampleId,
        values: [{ field: 'comments', value: 'Access: jane.doe@example.com until 2026-12-31' }],
      },
      output: { ...sample, comments: 'Access: jane.doe@example.com until 2026-12-31' },
      before: { fields: { comments: '' } },
    },
  }),

  relateItems: operation({
    title: 'Relate configuration items',
    docs: tableDocs,
    summary: 'Says how two items belong together. A relationship that is there already is left as it is.',
    input: z.strictObject(relation),
    output: related,
    options: relationOptions,
    effect: 'write',
    idempotency: 'natural',
    changes: relationChanges,
    before: relationBefore,
    async run(input, host) {
      const held = await findRelation(host, input);
      if (held !== null) return { sysId: held, created: false };
      const response = await host.http.send({
        method: 'POST',
        path: path`/api/now/table/cmdb_rel_ci`,
        query: plain(),
        body: { ...input },
      });
      return { sysId: parseAnswer(record, resultOf(response), tableDocs).sys_id, created: true };
    },
    undo: (input, _, state) => (wasRelated(state) ? null : { operation: 'unrelateItems', input: { ...input } }),
    sample: {
      input: { parent: otherId, type: dependsOn, child: thirdId },
      output: { sysId: 'e1000000000000000000000000000002', created: true },
      before: { related: false },
    },
  }),

  unrelateItems: operation({
    title: 'Take a relationship away',
    docs: tableDocs,
    summary: 'Ends that two configuration items belong together.',
    input: z.strictObject(relation),
    output: z.object({ removed: z.literal(true), alreadyGone: z.boolean() }),
    options: relationOptions,
    effect: 'write',
    idempotency: 'natural',
    changes: relationChanges,
    before: relationBefore,
    async run(input, host) {
      const held = await findRelation(host, input);
      if (held === null) return { removed: true as const, alreadyGone: true };
      const place = path`/api/now/table/cmdb_rel_ci/${held}`;
      const { status } = await host.http.send({ method: 'DELETE', path: place, accept: [404] });
      return { removed: true as const, alreadyGone: status === 404 };
    },
    undo: (input, _, state) => (wasRelated(state) ? { operation: 'relateItems', input: { ...input } } : null),
    sample: {
      input: { parent: sampleId, type: dependsOn, child: otherId },
      output: { removed: true, alreadyGone: false },
      before: { related: true },
    },
  }),

  listRelationshipTypes: operation({
    title: 'List relationship types',
    docs: tableDocs,
    summary: 'How configuration items can belong together.',
    input: z.strictObject({ query: z.string().optional().meta({ title: 'Name contains' }), limit }),
    output: z.object({ items: z.array(z.object({ sys_id: z.string(), name: z.string() })) }),
    choice: { value: 'sys_id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/api/now/table/cmdb_rel_type`,
      query: {
        ...plain(),
        sysparm_query: ordered(input.query && `nameLIKE${queryValue(input.query)}`),
        sysparm_fields: 'sys_id,name',
        sysparm_limit: Math.min(input.limit, pageSize),
      },
    }),
    paginate: linkPaging,
    sample: { input: { limit: 500 }, output: { items: [{ sys_id: dependsOn, name: 'Depends on::Used by' }] } },
  }),
};
