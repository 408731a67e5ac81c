import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { answer } from './raw-workflow.js';

/** Temporal without Castellan: what every run costs at least that is a workflow of its own. */
export interface RawTemporal {
  /** Runs one workflow to its end and awaits its result. */
  send(id: string): Promise<void>;
  stop(): Promise<void>;
}

const taskQueue = 'bench-raw';

/** A worker with the SDK's own settings and a workflow that only answers, on the same Temporal as the server. */
export async function startRawTemporal(at: { address: string; namespace: string }): Promise<RawTemporal> {
  const { address, namespace } = at;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const workerConnection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: workerConnection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./raw-workflow.ts', import.meta.url)),
  });
  const running = worker.run();
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection, namespace });
  return {
    send: async (id) => {
      const result = (await workflow.execute<typeof answer>('answer', {
        taskQueue,
        workflowId: id,
        args: [{ id }],
      })) as { id: string };
      if (result.id !== id) throw new Error(`it answered ${JSON.stringify(result)}`);
    },
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
      await workerConnection.close();
    },
  };
}
