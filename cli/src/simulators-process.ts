/** The child process that serves the vendors' simulators; started by the supervisor and, with loopback, by tests. */

/** What `@castellan/connectors/simulators` exports. */
interface SimulatorsEntry {
  startSimulators(options: { socketPath: string; loopback?: boolean }): Promise<{ close(): Promise<void> }>;
}

const socketPath = process.env.SIMULATORS_SOCKET;
if (socketPath === undefined) throw new Error('SIMULATORS_SOCKET must name the socket file to listen on.');

const entry = '@castellan/connectors/simulators';
const { startSimulators } = (await import(entry)) as SimulatorsEntry;
const simulators = await startSimulators({ socketPath, loopback: process.env.SIMULATORS_LOOPBACK === 'true' });

process.once('SIGTERM', () => void close());
// The supervisor has gone, and with it the one who would stop us.
process.once('disconnect', () => void close());
process.send?.({ type: 'ready', ...simulators });

async function close(): Promise<void> {
  await simulators.close();
  process.exit(0);
}
