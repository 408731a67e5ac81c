/**
 * Real processes for integration tests (`server/test/**`, `cli/test/**`, run by `npx vitest run --project integration`).
 *
 *     const database = await startPostgres();          // a fresh database on the run's Postgres
 *     const temporal = await startTemporal();          // a fresh namespace on the run's Temporal
 *     const server = await startServer({ database, temporal });          // node server/dist/main.js: build first
 *     const admin = await adminSession(server);        // POST /api/v1/setup, then a cookie
 *     await admin.inWorkspace('POST', '/flows', { draft });
 *     await server.kill9();
 *     const again = await startServer({ database, temporal, installation: server.installation, port: server.port });
 *     await again.stop();                              // in afterAll
 *
 * Vitest's global set-up starts one Postgres and one Temporal for the run with the product's own code. A test that
 * takes a service away starts its own (`startOwnPostgres`, `startOwnTemporal`) or stands a `startFaultProxy` between.
 * `startSimulators` serves the vendors on a socket file and, for their SDKs, on loopback; give the server its path as
 * `env: { SIMULATORS_SOCKET: simulators.socketPath }`.
 */
export { type ApiAnswer, adminSession, type Session, setupCode, signIn } from './admin-session.js';
export { type FaultProxy, startFaultProxy } from './fault-proxy.js';
export { type OwnPostgres, startOwnPostgres, startPostgres, type TestDatabase } from './postgres.js';
export {
  type Installation,
  newInstallation,
  removeInstallation,
  type ServerOptions,
  startServer,
  type TestServer,
} from './server.js';
export { startSimulators, type TestSimulators } from './simulators.js';
export { type OwnTemporal, startOwnTemporal, startTemporal, type TestTemporal } from './temporal.js';
