import pg from 'pg';
import { termsOf } from '../server/src/runs/stored-runs.js';
import { publishFlow, wires } from '../server/test/harness/flows.js';
import type { Session } from '../server/test/harness/index.js';

/** What a million seeded runs are about, so that questions can be asked whose answers are known. */
export interface Seeded {
  runs: number;
  flows: { id: string; name: string }[];
  /** A flow with few runs, and one half of whose runs failed. */
  rareFlow: string;
  failingFlow: string;
}

const names = ['Emergency suspension', 'Laptop return', 'Joiner access', 'Leaver lockdown', 'Contractor review'];
const flowCount = 20;
const days = 365;

/** Publishes the flows by the API and writes their runs by SQL: a year of them, as the server would have written them. */
export async function seedHistory(admin: Session, databaseUrl: string, runs: number): Promise<Seeded> {
  const flows: { id: string; name: string }[] = [];
  for (let at = 0; at < flowCount; at++) {
    const name = `${names[at % names.length]} ${at}`;
    const { id } = await publishFlow(admin, {
      name,
      triggers: { hook: { kind: 'webhook' } },
      steps: { done: { kind: 'shape', output: { ok: true } } },
      wires: wires('hook -> done'),
    });
    flows.push({ id, name });
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await seed(client, flows, runs);
    await compare(client);
  } finally {
    await client.end();
  }
  const [failingFlow, rareFlow] = [flows[7]?.id, flows[19]?.id];
  if (!failingFlow || !rareFlow) throw new Error('The flows were not made.');
  return { runs, flows, rareFlow, failingFlow };
}

async function seed(client: pg.Client, flows: { id: string }[], runs: number): Promise<void> {
  await client.query(`set maintenance_work_mem = '256MB'; set synchronous_commit = off; set work_mem = '64MB'`);
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = any('{runs,run_search}'::regclass[]) and not i.indisprimary`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(
    `create temp table seed as
     select i, f.id as flow_id, f.workspace_id, f.version_id, s.at, s.person, s.host, s.severity,
            'p' || s.person || '.last' || s.person % 700 || '@corp' || s.person % 7 || '.example.com' as email,
            case when f.place = 8 and i % 2 = 0 or i % 50 = 0 then 'failed'
                 when i % 301 = 0 then 'cancelled' else 'succeeded' end as status,
            (lpad(to_hex((extract(epoch from s.at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') ||
             '8000' || lpad(to_hex(i), 11, '0') || '0')::uuid as id
       from (select i, now() - interval '1 minute' - (($2 - i)::float8 / $2) * interval '${days} days' as at,
                    (hashint4(i) & 65535) % 20000 as person, (hashint4(i + 1) & 65535) % 5000 as host,
                    (array['low', 'medium', 'high', 'critical'])[1 + i % 4] as severity,
                    1 + floor(power(((hashint4(i + 2) & 65535) / 65536.0)::float8, 2) * $3)::int as place
               from generate_series(1, $2) i) s
       join (select f.id, f.workspace_id, v.id as version_id, w.place
               from unnest($1::uuid[]) with ordinality w (id, place) join flows f on f.id = w.id
               join versions v on v.flow_id = f.id) f on f.place = s.place`,
    [flows.map(({ id }) => id), runs, flowCount],
  );
  await client.query(
    `insert into runs (id, root_id, workspace_id, flow_id, version_id, version, status, trigger_id, trigger_kind,
                       trigger_data, business_key, error, created_at, started_at, ended_at, touched_at)
     select id, id, workspace_id, flow_id, version_id, 1, status, 'hook', 'webhook',
            jsonb_build_object('id', 'hook', 'kind', 'webhook', 'delivery', id, 'receivedAt', at, 'method', 'POST',
              'headers', '{"user-agent": "Datadog/1.0", "content-type": "application/json"}'::jsonb, 'query', '{}'::jsonb,
              'body', jsonb_build_object('email', email, 'host', 'host-' || host, 'severity', severity, 'alert', i,
                                         'text', 'A person has signed in from two countries at once')),
            email, case when status = 'failed'
                        then '{"code": "E_HTTP", "message": "The vendor answered 503", "retryable": false}'::jsonb end,
            at, at, at + interval '2 s', at
       from seed order by id`,
  );
  await client.query(
    `insert into run_search (workspace_id, run_id, words)
     select workspace_id, id, array_to_tsvector(array_remove(array['=' || workspace_id || ':live', '=' || flow_id,
              'p' || person, 'last' || person % 700, 'corp' || person % 7, 'example', 'com', 'host', host::text, severity,
              i::text, 'a', 'person', 'has', 'signed', 'in', 'from', 'two', 'countries', 'at', 'once',
              case status when 'failed' then 'e' end, case status when 'failed' then 'http' end,
              case status when 'failed' then 'the' end, case status when 'failed' then 'vendor' end,
              case status when 'failed' then 'answered' end, case status when 'failed' then '503' end], null))
       from seed order by id`,
  );
  for (const { definition } of indexes) await client.query(definition.replace(' ON ONLY ', ' ON '));
  await client.query('drop table seed');
  await client.query('vacuum analyze runs, run_search');
}

/** The seeded words are those that the server itself would have written. */
async function compare(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select r.workspace_id as "workspaceId", r.mode, r.flow_id as "flowId", r.business_key as "businessKey",
            r.trigger_data as "triggerData", tsvector_to_array(s.words) as words
       from runs r join run_search s on s.workspace_id = r.workspace_id and s.run_id = r.id
      where r.status = 'succeeded' order by r.id desc limit 20`,
  );
  for (const { words, ...run } of rows) {
    const expected = [...new Set(termsOf(run))].sort().join(' ');
    if ([...words].sort().join(' ') !== expected) throw new Error(`Seeded: ${words.join(' ')}; expected: ${expected}`);
  }
}
