/** The child process that plays the vendors; started by the supervisor and, with loopback for the vendors' SDKs, by tests. */
import { startSimulators } from '@castellan/connectors/simulators';

const socketPath = process.env.SIMULATORS_SOCKET;
if (socketPath === undefined) throw new Error('SIMULATORS_SOCKET must name the socket file to listen on.');

const { SIMULATORS_LOOPBACK, SIMULATORS_OWN } = process.env;
const simulators = await startSimulators({
  socketPath,
  loopback: SIMULATORS_LOOPBACK === 'true',
  ...(SIMULATORS_OWN ? { own: JSON.parse(SIMULATORS_OWN) as { publicUrl: string; local: string } } : {}),
});
process.once('SIGTERM', () => void close());
// The supervisor has gone, and with it the one who would stop us.
process.once('disconnect', () => void close());
process.send?.({ type: 'ready', urls: simulators.urls });

async function close(): Promise<void> {
  await simulators.close();
  process.exit(0);
}
