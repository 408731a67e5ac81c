/**
 * Records the history of a new entry of recordedRuns, recordedCarriers or recordedClocks, which replay.test.ts replays from then on:
 * `npm run record-histories -- <name>`. Without a name all are recorded again, which gives up the runs of earlier code:
 * only before the first release.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import pg from 'pg';
import { EncryptionKeys, encryptionKeyOf } from '../src/platform/crypto/index.js';
import { EncryptingCodec } from '../src/platform/temporal/payload-codec.js';
import { httpConnection, until } from './harness/flows.js';
import { adminSession, newInstallation, removeInstallation, startServer } from './harness/index.js';
import { startServices } from './harness/services.js';
import { startVendor } from './harness/vendor.js';
import { recordedCarriers } from './recorded-carriers.js';
import { recordedClocks } from './recorded-clocks.js';
import { toRecord } from './recorded-history.js';
import { recordedRuns } from './recorded-runs.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('histories', import.meta.url));

const names = process.argv.slice(3);
const services = await startServices();
const vendor = await startVendor();
const installation = newInstallation();
const server = await startServer({
  database: services.postgres,
  temporal: services.temporal,
  installation,
  env: { EGRESS_ALLOW: vendor.address },
});
const codec = new EncryptingCodec(new EncryptionKeys(encryptionKeyOf(installation.encryptionKey, 'the recorder')));
const connection = await Connection.connect({ address: services.temporal.address });
const temporal = new Client({
  connection,
  namespace: services.temporal.namespace,
  dataConverter: { payloadCodecs: [codec] },
});
const database = new pg.Pool({ connectionString: services.postgres.url, max: 1 });

try {
  const admin = await adminSession(server);
  const on = {
    admin,
    vendor,
    connection: await httpConnection(admin),
    endCarrier: async (runId: string) => {
      await (await carrierOf(runId)).terminate('for the recording');
    },
    carrierOf: async (runId: string) => (await carrierOf(runId)).workflowId,
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, make] of wanted(recordedRuns)) await keep(name, await carrierOf(await make(on)));
  for (const [name, make] of wanted(recordedCarriers)) await keep(name, temporal.workflow.getHandle(await make(on)));
  for (const [name, make] of wanted(recordedClocks)) await keep(name, await firstOf(await make(on)));
} finally {
  await database.end();
  await connection.close();
  await server.stop();
  await vendor.stop();
  await services.stop();
  removeInstallation(installation);
}

function wanted<T>(recordings: Record<string, T>): [string, T][] {
  return Object.entries(recordings).filter(([name]) => names.length === 0 || names.includes(name));
}

/** Writes the history of a workflow when it has ended. */
async function keep(name: string, workflow: WorkflowHandle): Promise<void> {
  await workflow.result();
  const record = await toRecord(await workflow.fetchHistory(), codec);
  const text = `${JSON.stringify(record, null, 1)}\n`;
  refuseTraces(name, text);
  writeFileSync(`${folder}/${name}.json`, text);
  console.log(`  recorded ${name}, ${record.events.length} events`);
}

/** The carrier that hosts the run now. */
async function carrierOf(runId: string): Promise<WorkflowHandle> {
  const { rows } = await database.query<{ carrier: string }>('select carrier from runs where id = $1', [runId]);
  return temporal.workflow.getHandle(rows[0]?.carrier ?? '');
}

/** The first workflow of a type that has completed. */
async function firstOf(type: string): Promise<WorkflowHandle> {
  const query = `WorkflowType = '${type}' and ExecutionStatus = 'Completed'`;
  const { workflowId, runId } = await until(`a workflow ${type}`, async () => {
    for await (const found of temporal.workflow.list({ query })) return found;
    return null;
  });
  return temporal.workflow.getHandle(workflowId, runId);
}

/** What is committed says nothing of the machine that recorded it. */
function refuseTraces(name: string, text: string): void {
  for (const trace of [hostname(), homedir(), repository, server.url, vendor.address]) {
    if (text.includes(trace)) throw new Error(`The history of ${name} contains ${trace}`);
  }
}
