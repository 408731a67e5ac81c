import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { publishFlow, wires } from '../server/test/harness/flows.js';
import type { Session } from '../server/test/harness/index.js';
import { type FoundRun, missingFrom } from './found-runs.js';

/** The flow of the first rows, webhook → shape → branch → shape → respond, and how its runs are found again. */
export interface WebhookFlow {
  /** Delivers a body of its own and awaits the flow's answer to it. */
  send(id: string): Promise<void>;
  /** Says what is missing in the history of these requests' runs; waits for runs that have not ended yet. */
  findMissing(prefix: string, ids: string[]): Promise<string[]>;
  stop(): Promise<void>;
}

const historyWithinMs = 60_000;

/** Publishes the flow by the API, as a person would. */
export async function startWebhookFlow(admin: Session, databaseUrl: string): Promise<WebhookFlow> {
  const { id: flowId, hooks } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook', respond: 'step' } },
    steps: {
      double: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
      decide: {
        kind: 'branch',
        cases: [{ name: 'big', when: { all: [{ left: { jsonata: 'steps.double.output.n' }, op: 'gt', right: 10 }] } }],
      },
      big: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "size": "big"}' } },
      small: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "size": "small"}' } },
      answer: {
        kind: 'respond',
        body: { jsonata: '$exists(steps.big.output) ? steps.big.output : steps.small.output' },
      },
    },
    wires: wires(
      ...['hook -> double', 'double -> decide', 'decide:big -> big', 'decide:else -> small'],
      ...['big -> answer', 'small -> answer'],
    ),
  });
  const address = new URL(hooks.hook as string);
  const server = new Pool(address.origin, { connections: 256 });
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });

  return {
    send: async (id) => {
      const { statusCode, body } = await server.request({
        path: address.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, n: numberOf(id), text: 'A person has signed in from two countries at once' }),
      });
      const text = await body.text();
      const answer = statusCode === 200 ? (JSON.parse(text) as { id: string; size: string }) : undefined;
      if (answer?.id !== id || answer.size !== sizeOf(id)) throw new Error(`it was answered ${statusCode} ${text}`);
    },
    findMissing: async (prefix, ids) => {
      const deadline = Date.now() + historyWithinMs;
      for (;;) {
        const missing = missingFrom(await readHistory(database, flowId, prefix), ids, stepsOf);
        if (missing.length === 0 || Date.now() > deadline) return missing;
        await delay(500);
      }
    },
    stop: async () => {
      await server.close();
      await database.end();
    },
  };
}

async function readHistory(database: pg.Pool, flowId: string, prefix: string): Promise<FoundRun[]> {
  const { rows } = await database.query<FoundRun>(
    `select r.trigger_data #>> '{body,id}' as id, r.status,
            array_remove(array_agg(case s.status when 'succeeded' then s.step_id end), null) as steps
       from runs r left join steps s on s.run_id = r.id
      where r.flow_id = $1 and starts_with(r.trigger_data #>> '{body,id}', $2)
      group by r.id`,
    [flowId, `${prefix}-`],
  );
  return rows;
}

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1)) % 11;
const sizeOf = (id: string): string => (numberOf(id) * 2 > 10 ? 'big' : 'small');
const stepsOf = (id: string): string[] => ['double', 'decide', sizeOf(id), 'answer'];
