import {
  adminSession,
  newInstallation,
  removeInstallation,
  type Session,
  startServer,
} from '../server/test/harness/index.js';
import { type Services, startServices } from '../server/test/harness/services.js';
import { type HistoryReader, readHistory } from './history-reader.js';
import { type RawTemporal, startRawTemporal } from './raw-temporal.js';
import { type BenchVendor, startBenchVendor } from './vendor.js';

/** What the cases are measured in: the product with its own Postgres and Temporal, a vendor, and raw Temporal beside it. */
export interface Surroundings {
  services: Services;
  /** Where the product is reached. */
  url: string;
  admin: Session;
  vendor: BenchVendor;
  raw: RawTemporal;
  history: HistoryReader;
  /** Aborted when somebody interrupts the benchmark. */
  signal: AbortSignal;
}

/** `toStop` gets what has been started as it is started, to be stopped in reverse. */
export async function startSurroundings(toStop: (() => unknown)[], signal: AbortSignal): Promise<Surroundings> {
  const services = await startServices();
  toStop.push(() => services.stop());
  const installation = newInstallation();
  toStop.push(() => removeInstallation(installation));
  const vendor = await startBenchVendor();
  toStop.push(() => vendor.stop());
  const { postgres: database, temporal } = services;
  const server = await startServer({ database, temporal, installation, env: { EGRESS_ALLOW: vendor.address } });
  toStop.push(() => server.stop());
  const raw = await startRawTemporal(temporal);
  toStop.push(() => raw.stop());
  const history = readHistory(database.url);
  toStop.push(() => history.stop());
  return { services, url: server.url, admin: await adminSession(server), vendor, raw, history, signal };
}
