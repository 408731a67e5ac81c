import { request } from 'node:http';
import type { TestSimulators } from './simulators.js';

/** The control routes of the simulators, for one workspace. */
export interface SimulatorControl {
  state(connector: string): Promise<Record<string, unknown>>;
  /** What was asked of it, oldest first. */
  requests(connector: string): Promise<SimulatedRequest[]>;
  seed(connector: string, seed: unknown): Promise<void>;
  faults(connector: string, faults: unknown[]): Promise<void>;
}

export interface SimulatedRequest {
  method: string;
  path: string;
  operation: string | null;
  body: unknown;
  idempotencyKey: string | null;
  status: number | null;
}

export function controlSimulators(simulators: TestSimulators, workspaceId: string): SimulatorControl {
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await overSocket(
      simulators.socketPath,
      method,
      `/__simulator/${path}?workspace=${workspaceId}`,
      body,
    );
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as T;
  };
  return {
    state: (connector) => send('GET', `${connector}/state`),
    requests: async (connector) => (await send<{ items: SimulatedRequest[] }>('GET', `${connector}/requests`)).items,
    seed: (connector, seed) => send('POST', `${connector}/seed`, seed),
    faults: (connector, faults) => send('POST', `${connector}/faults`, faults),
  };
}

function overSocket(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sending = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sending.on('error', reject);
    sending.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
