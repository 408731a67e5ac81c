/** What other packages' tests use of the command: the same code that runs the services in the product. */
export { postgresStop, type RunningPostgres, startPostgres } from './services/postgres.js';
export { findPostmaster } from './services/postmaster-file.js';
export { type RunningTemporal, startTemporal, type TemporalPorts, temporalStop } from './services/temporal.js';
export { findTemporalBinary } from './services/temporal-binary.js';
export { chooseFreePort } from './supervisor/free-port.js';
export { LogFile } from './supervisor/log-file.js';
export { type ManagedProcess, startProcess, stopProcess } from './supervisor/managed-process.js';
export { findProcess, isAlive, type ProcessIdentity } from './supervisor/process-identity.js';
export { ProcessRecord } from './supervisor/process-record.js';
