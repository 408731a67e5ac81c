import { type RunningSimulators, type Simulator, serveSimulators } from '@castellan/sdk/simulator';
import { opalSimulator } from './opal/opal.simulator.js';
import { slackSimulator } from './slack/slack.simulator.js';

/** Every simulator that there is, one for each vendor. */
export const simulators: Simulator[] = [opalSimulator, slackSimulator];

export interface StartOptions {
  /** The socket file or pipe to listen on. */
  socketPath?: string;
  /** Also a port of 127.0.0.1 for each simulator; their addresses are the answer's `urls`. */
  loopback?: boolean;
}

/** Starts all simulators in this process. */
export function startSimulators(options: StartOptions): Promise<RunningSimulators> {
  return serveSimulators({ simulators, ...options });
}
