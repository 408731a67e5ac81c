import type { Approval } from '@castellan/api';
import { type ApiAnswer, adminSession, type Session } from './admin-session.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { deliver, type HookResult, until } from './flows.js';
import { type OwnPostgres, startOwnPostgres, startPostgres, type TestDatabase } from './postgres.js';
import { childrenOf } from './processes.js';
import { startServer, type TestServer } from './server.js';
import { controlSimulators, type SimulatorControl } from './simulator-control.js';
import { startSimulators, type TestSimulators } from './simulators.js';
import { type OwnTemporal, startOwnTemporal, startTemporal, type TestTemporal } from './temporal.js';
import { startVendor, type Vendor } from './vendor.js';

/** What a test needs. What is left out is shared with the other test files, or not there. */
export interface StackOptions<Postgres extends 'shared' | 'own', Temporal extends 'shared' | 'own'> {
  postgres?: Postgres;
  temporal?: Temporal;
  /** One server that does everything, or an API and a worker apart, which can be taken away (as if left out). */
  servers?: 'one' | 'apart';
  /** Stands a fault proxy between the server and Temporal, or the vendor. */
  proxied?: { temporal?: boolean; vendor?: boolean };
  /** Starts the vendors' simulators, with connections of Slack. */
  simulators?: boolean;
  /** Further addresses that flows may call, as `host:port`. */
  reachable?: string[];
  /** Settings of all servers. */
  env?: Record<string, string>;
}

/** A whole installation with its vendor: an API, a worker, and what a test needs to hurt and to question them. */
export interface Stack<Database = TestDatabase, Workflows = TestTemporal> {
  database: Database;
  temporal: Workflows;
  vendor: Vendor;
  /** Where flows reach the vendor. */
  vendorUrl: string;
  /** Null unless they were asked for. */
  simulators: { process: TestSimulators; control: SimulatorControl } | null;
  proxies: { temporal: FaultProxy | null; vendor: FaultProxy | null };
  admin: Session;
  /** The first server, which has the address of all flows. */
  readonly api: TestServer;
  /** The servers that are running; one that does everything is among the APIs. */
  apis: TestServer[];
  workers: TestServer[];
  /** Ids of the connections: of HTTP without sign-in, and of the Slack simulator. */
  connections: { vendor: string; slack: string | null };
  /** All deliveries that were answered 2xx by `send`, with what was answered. */
  accepted: HookResult[];
  /** Delivers JSON to a webhook, and remembers what was promised. */
  send(url: string, body: unknown, headers?: Record<string, string>): Promise<HookResult>;
  startApi(env?: Record<string, string>): Promise<TestServer>;
  startWorker(env?: Record<string, string>): Promise<TestServer>;
  /** kill -9 of all workers; none is started. */
  killWorkers(): Promise<void>;
  /** kill -9 of all APIs, and a new one at the first address. */
  restartApi(): Promise<void>;
  /** Process ids of the expression hosts of a server. */
  hostsOf(server: TestServer): number[];
  stop(): Promise<void>;
}

type DatabaseOf<Where> = Where extends 'own' ? OwnPostgres : TestDatabase;
type TemporalOf<Where> = Where extends 'own' ? OwnTemporal : TestTemporal;

/** Starts everything. */
export async function startStack<
  Postgres extends 'shared' | 'own' = 'shared',
  Temporal extends 'shared' | 'own' = 'shared',
>(options: StackOptions<Postgres, Temporal> = {}): Promise<Stack<DatabaseOf<Postgres>, TemporalOf<Temporal>>> {
  const [database, temporal, vendor, simulators] = await Promise.all([
    options.postgres === 'own' ? startOwnPostgres() : startPostgres(),
    options.temporal === 'own' ? startOwnTemporal() : startTemporal(),
    startVendor(),
    options.simulators ? startSimulators() : null,
  ]);
  const [temporalProxy, vendorProxy] = await Promise.all([
    options.proxied?.temporal ? proxyOf(temporal.address) : null,
    options.proxied?.vendor ? proxyOf(vendor.address) : null,
  ]);
  const vendorAddress = vendorProxy === null ? vendor.address : `127.0.0.1:${vendorProxy.port}`;
  const env = {
    EGRESS_ALLOW: [vendorAddress, ...(options.reachable ?? [])].join(','),
    ...(simulators ? { SIMULATORS_SOCKET: simulators.socketPath } : {}),
    ...options.env,
  };
  const reached = temporalProxy === null ? temporal : { ...temporal, address: `127.0.0.1:${temporalProxy.port}` };
  const basis = { database, temporal: { address: reached.address, namespace: temporal.namespace } };
  const apis = [await startServer({ ...basis, mode: options.servers === 'one' ? 'all' : 'api', env })];
  const workers: TestServer[] = [];
  const accepted: HookResult[] = [];
  const [first] = apis as [TestServer];
  const { installation, port } = first;
  const admin = await adminSession(first);
  const connections = {
    vendor: await connect(admin, { name: 'Vendor', connector: 'http', auth: 'none' }),
    slack: simulators && (await connect(admin, { name: 'Slack', connector: 'slack', simulator: true })),
  };

  const stack: Stack = {
    ...{ database, temporal, vendor, admin, apis, workers, connections, accepted },
    get api() {
      return apis[0] as TestServer;
    },
    vendorUrl: `http://${vendorAddress}`,
    simulators: simulators && {
      process: simulators,
      control: controlSimulators(simulators, admin.workspaceId),
    },
    proxies: { temporal: temporalProxy, vendor: vendorProxy },
    send: async (url, body, headers) => {
      const result = await deliver(url, body, headers);
      if (result.status >= 200 && result.status < 300) accepted.push(result);
      return result;
    },
    startApi: async (over = {}) => {
      const server = await startServer({ ...basis, mode: 'api', env: { ...env, ...over }, installation });
      apis.push(server);
      return server;
    },
    startWorker: async (over = {}) => {
      const server = await startServer({ ...basis, mode: 'worker', env: { ...env, ...over }, installation });
      workers.push(server);
      return server;
    },
    killWorkers: async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.kill9()));
    },
    restartApi: async () => {
      await Promise.all(apis.splice(0).map((api) => api.kill9()));
      apis.push(await startServer({ ...basis, mode: 'api', env, installation, port }));
    },
    // Below the server stands the shell that sets the limits of the host, which it then becomes.
    hostsOf: (server) => childrenOf(server.pid),
    stop: async () => {
      await Promise.all([...apis, ...workers].map((server) => server.stop()));
      await Promise.all([temporalProxy?.close(), vendorProxy?.close(), vendor.stop(), simulators?.stop()]);
      for (const service of [database, temporal]) if ('stop' in service) await (service as OwnPostgres).stop();
    },
  };
  if (options.servers !== 'one') await stack.startWorker();
  return stack as Stack<DatabaseOf<Postgres>, TemporalOf<Temporal>>;
}

function proxyOf(address: string): Promise<FaultProxy> {
  const [host = '', port] = address.split(':');
  return startFaultProxy({ host, port: Number(port) });
}

async function connect(admin: Session, body: object): Promise<string> {
  const made: ApiAnswer<{ id: string }> = await admin.inWorkspace('POST', '/connections', body);
  if (made.status !== 201) throw new Error(`The connection was not made: ${JSON.stringify(made.body)}`);
  return made.body.id;
}

/**
 * Calls of flows, of each kind of idempotency. What changes the vendor names its place in the header `x-effect`, by which
 * `invariants` knows the same effect again.
 */
export function callsOf(stack: Pick<Stack, 'vendorUrl' | 'connections'>) {
  const url = (path: string) => `${stack.vendorUrl}${path}`;
  const effect = (path: string) => ({ jsonata: `run.id & " ${path}"` });
  const http = (operation: string, input: object, over: object) => ({
    ...{ kind: 'action', connection: 'vendor', operation, input },
    ...over,
  });
  const write = (path: string) => ({ method: 'POST', url: url(path), json: { run: { jsonata: 'run.id' } } });
  return {
    slots: {
      vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor },
      ...(stack.connections.slack
        ? { slack: { connector: 'slack', title: 'Slack', id: stack.connections.slack } }
        : {}),
    },
    read: (path: string, over = {}) => http('get', { url: url(path) }, over),
    none: (path: string, over = {}) =>
      http('request', { ...write(path), headers: { 'x-effect': effect(path), 'x-idempotency': 'none' } }, over),
    key: (path: string, over = {}) =>
      http('requestWithKey', { ...write(path), headers: { 'x-effect': effect(path), 'x-idempotency': 'key' } }, over),
    /** A message to a channel, whose text names the run. */
    lookup: (text: string, over = {}) => ({
      ...{ kind: 'action', connection: 'slack', operation: 'postMessage' },
      input: { channel: 'C0SECURITY', text: { jsonata: `"${text} " & run.id` } },
      ...over,
    }),
    /** The channel of direct messages with somebody, which is opened once. */
    natural: (over = {}) => ({
      ...{ kind: 'action', connection: 'slack', operation: 'openDirectMessage' },
      input: { email: 'jane.doe@example.com' },
      ...over,
    }),
  };
}

/** The open approval of a run. */
export function approvalOf(admin: Session, runId: string): Promise<Approval> {
  return until(`the approval of run ${runId}`, async () => {
    const { body } = await admin.inWorkspace<{ items: Approval[] }>('GET', '/approvals?limit=200');
    return body.items.find((item) => item.runId === runId);
  });
}

/** A promise with its ends in the hand. */
export function held(): { until: Promise<void>; release: () => void } {
  let release: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until: ended, release };
}
