import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { until } from './flows.js';
import { isThere } from './processes.js';
import type { Stack } from './stack.js';
import type { VendorRequest } from './vendor.js';

/** What must not be found in the database once the storm is over, as what it would mean. */
const violations: Record<string, string> = {
  'a delivery was accepted and has neither run nor waiting run': `
    select d.id from deliveries d where d.status in ('accepted', 'duplicate')
       and not exists (select from intake i where i.delivery_id = d.id and i.run_id is not null)
       and not exists (select from waits w where w.delivery_id = d.id)`,
  'an entry of the inbox names a run that is not there': `
    select i.delivery_id, i.run_id from intake i
     where i.run_id is not null and not exists (select from runs r where r.id = i.run_id)`,
  'a delivery made more runs than its inbox says': `
    select r.delivery_id, r.flow_id, r.trigger_id, count(*)::int as runs from runs r
     where r.delivery_id is not null and r.retry_of is null and r.parent_run_id is null and r.mode = 'live'
     group by 1, 2, 3
    having count(*) <> (select count(*) from intake i where i.delivery_id = r.delivery_id and i.flow_id = r.flow_id
                           and i.trigger_id = r.trigger_id and i.status = 'run')`,
  'a delivery is still to be matched': `select id, reason from deliveries where status = 'unmatched' and attempts < 5`,
  'a run waits for nothing': `
    select r.id, r.status, r.waiting_for from runs r where r.ended_at is null and r.status = 'waiting'
       and (r.waiting_for is null or r.carrier is null or not exists (select from steps s
             where s.run_id = r.id and s.ended_at is null and s.status in ('waiting', 'unknown', 'retrying')))`,
  'a run has ended and left a step open': `
    select r.id, s.step_id, s.iteration, s.status from runs r join steps s on s.run_id = r.id
     where r.ended_at is not null and s.ended_at is null`,
  'a run has ended and left an approval open': `
    select r.id, a.step_id from runs r join approvals a on a.run_id = r.id
     where r.ended_at is not null and a.status = 'open'`,
  'a run has ended and still listens': `
    select r.id, w.step_id from runs r join waits w on w.run_id = r.id
     where r.ended_at is not null and w.closed_at is null`,
  'a run has ended and still has its turn': `
    select t.run_id, t.state from turns t join runs r on r.id = t.run_id
     where r.ended_at is not null and r.ended_at < now() - interval '5 seconds' and t.state <> 'done'`,
  'a write is said to be under way, and nobody is at it': `
    select e.run_id, e.step_id, e.iteration, e.lease_until from effects e join runs r on r.id = e.run_id
     where e.state = 'sending' and (r.ended_at is not null or e.lease_until < now() - interval '30 seconds')`,
  'a write whose outcome is not known is shown to nobody': `
    select e.run_id, e.step_id from effects e join runs r on r.id = e.run_id
     where e.state = 'unknown' and r.ended_at is null and not exists (select from steps s
            where s.run_id = e.run_id and s.step_id = e.step_id and s.iteration = e.iteration
              and s.status in ('unknown', 'retrying'))`,
  'a vendor waited for an answer and got none': `
    select a.id, a.state, a.problem from awaited_answers a
     where a.state in ('waiting', 'decided') and a.until < now() - interval '30 seconds'`,
  'a write is done and its step is not': `
    select e.run_id, e.step_id, e.iteration, s.status from effects e
      join runs r on r.id = e.run_id
      join steps s on s.run_id = e.run_id and s.step_id = e.step_id and s.iteration = e.iteration
     where e.state = 'done' and r.status = 'succeeded' and s.status <> 'succeeded'`,
};

/**
 * After a fault: nothing lost, nothing double, nothing stuck, the audit intact. Waits until every run has ended or waits
 * for something that can still come, then questions the database, the vendors, Temporal and the processes.
 */
export async function invariants(stack: Stack, options: { within?: number } = {}): Promise<void> {
  await everythingSettles(stack, options.within ?? 120);
  for (const [what, sql] of Object.entries(violations)) expect(await stack.database.query(sql), what).toEqual([]);
  await everyAnswerWasKept(stack);
  nothingWasDoneTwice(stack.vendor.requests);
  await noMessageTwice(stack);
  await everyWaitingRunIsHosted(stack);
  for (const { pid } of [...stack.apis, ...stack.workers]) expect(isThere(pid), `process ${pid} lives`).toBe(true);
  const audit = await stack.admin.inWorkspace('GET', '/audit/verify');
  expect(audit.body).toMatchObject({ intact: true });
}

/** Every run has ended, or waits, is paused or has not its turn. */
async function everythingSettles({ database }: Stack, seconds: number): Promise<void> {
  let open: unknown[] = [];
  const look = async (): Promise<boolean> => {
    open = await database.query(
      `select r.id, r.status, r.carrier, r.epoch, r.waiting_for,
              (select json_agg(json_build_object('step', s.step_id, 'iteration', s.iteration, 'status', s.status))
                 from steps s where s.run_id = r.id and s.ended_at is null) as steps
         from runs r
        where r.ended_at is null and (r.status not in ('waiting', 'paused')
              or exists (select from steps s where s.run_id = r.id and s.status in ('running', 'retrying')))
          and r.turn is distinct from 'waits'
        limit 5`,
    );
    return open.length === 0;
  };
  await until('the end of all runs', look, seconds).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(open, null, 1)}`);
  });
}

/** What was answered 2xx is there: the delivery, and the run where one was named. */
async function everyAnswerWasKept({ database, accepted }: Stack): Promise<void> {
  const named = (field: string) => accepted.flatMap(({ body }) => (body[field] ? [String(body[field])] : []));
  const lost = await database.query(
    `select 'delivery' as what, id from unnest($1::uuid[]) as n (id) where not exists (select from deliveries d where d.id = n.id)
     union all
     select 'run', id from unnest($2::uuid[]) as n (id) where not exists (select from runs r where r.id = n.id)`,
    [named('deliveryId'), named('runId')],
  );
  expect(lost, 'what was answered and is not there').toEqual([]);
}

/** By the places that writes name: one key each; and without a key one request that the vendor did not turn away. */
function nothingWasDoneTwice(requests: VendorRequest[]): void {
  const byEffect = new Map<string, VendorRequest[]>();
  for (const request of requests) {
    const effect = request.headers['x-effect'];
    if (typeof effect !== 'string') continue;
    byEffect.set(effect, [...(byEffect.get(effect) ?? []), request]);
  }
  for (const [effect, asked] of byEffect) {
    if (asked[0]?.headers['x-idempotency'] === 'key') {
      const keys = new Set(asked.map(({ headers }) => headers['idempotency-key']));
      expect(keys.size, `keys of ${effect}`).toBe(1);
    } else {
      const done = asked.filter(({ answered }) => !turnedAway.has(answered ?? 0));
      expect(done.length, `requests of ${effect}`).toBeLessThanOrEqual(1);
    }
  }
}

/** With these answers nothing was done. */
const turnedAway = new Set([400, 401, 403, 404, 408, 409, 422, 425, 429, 503]);

/** Texts of the tests' messages name their runs, so that no two are equal. */
async function noMessageTwice({ simulators }: Stack): Promise<void> {
  if (simulators === null) return;
  const { messages = [] } = (await simulators.control.state('slack')) as { messages?: { text: string }[] };
  const texts = messages.map(({ text }) => text);
  expect(
    texts.filter((text, index) => texts.indexOf(text) !== index),
    'messages posted twice',
  ).toEqual([]);
}

/** A carrier that is gone is found by the reconciler, some 20 s after it was seen last. */
async function everyWaitingRunIsHosted({ database, temporal }: Stack): Promise<void> {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  let lost: string[] = [];
  const look = async (): Promise<boolean> => {
    const waiting = await database.query<{ carrier: string }>(
      `select distinct carrier from runs where ended_at is null and carrier is not null`,
    );
    const found = await Promise.all(
      waiting.map(async ({ carrier }) => ((await isRunning(client, carrier)) ? [] : [carrier])),
    );
    lost = found.flat();
    return lost.length === 0;
  };
  try {
    await until('hosts of all waiting runs', look, 120);
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${lost.join(', ')}`);
  } finally {
    await connection.close();
  }
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  const found = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => null);
  return found?.status.name === 'RUNNING';
}
