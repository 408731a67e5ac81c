import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { answer, callAll } from './raw-workflow.js';

/** Temporal without Castellan: what every run costs at least that is a workflow of its own. */
export interface RawTemporal {
  /** Runs one workflow to its end and awaits its result. */
  send(id: string): Promise<void>;
  /** Runs one workflow that makes calls, each an activity, and awaits its end. */
  call(id: string, url: string, calls: number, atOnce: number): Promise<void>;
  stop(): Promise<void>;
}

const taskQueue = 'bench-raw';

const activities = {
  callVendor: async (url: string, at: number): Promise<unknown> => (await fetch(`${url}?at=${at}`)).json(),
};
export type RawActivities = typeof activities;

/** A worker with the SDK's own settings and workflows that do no more than they must, on the same Temporal as the server. */
export async function startRawTemporal(at: { address: string; namespace: string }): Promise<RawTemporal> {
  const { address, namespace } = at;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const workerConnection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: workerConnection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./raw-workflow.ts', import.meta.url)),
    activities,
  });
  const running = worker.run();
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection, namespace });
  return {
    send: async (id) => {
      const options = { taskQueue, workflowId: id, args: [{ id }] as [{ id: string }] };
      const result = (await workflow.execute<typeof answer>('answer', options)) as { id: string };
      if (result.id !== id) throw new Error(`it answered ${JSON.stringify(result)}`);
    },
    call: async (id, url, calls, atOnce) => {
      const args: [string, number, number] = [url, calls, atOnce];
      await workflow.execute<typeof callAll>('callAll', { taskQueue, workflowId: id, args });
    },
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
      await workerConnection.close();
    },
  };
}
