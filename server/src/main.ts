import { setFlagsFromString } from 'node:v8';
import 'reflect-metadata';
import { Config, SettingsError } from './config.js';
import { KeyError } from './platform/crypto/index.js';
import { MigrationError } from './platform/database/migrations.js';
import { makeLogger } from './platform/logging.js';
import { type RunningServer, startServer } from './server.js';

/** Exit codes: 78 (EX_CONFIG) for what an operator must change, 1 for the rest. */
const wrongConfiguration = 78;
const failed = 1;
/** Calls under way get so long to finish after SIGTERM. */
const drainWithinMs = 30_000;

// By default the heap may grow to several times what is in use before it is collected, as if the machine were ours alone.
setFlagsFromString('--heap-growing-percent=40');

try {
  const config = Config.fromEnvironment();
  const logger = makeLogger(config.logLevel);
  const server = await startServer(config, logger);
  stopOnRequest(server);
  logger.info({ mode: config.mode, url: server.url }, 'ready');
  process.send?.({ type: 'ready', url: server.url, ...(server.setupUrl ? { setupUrl: server.setupUrl } : {}) });
  if (server.setupUrl && !process.send) process.stdout.write(`Make the first administrator: ${server.setupUrl}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(isConfiguration(error) ? wrongConfiguration : failed);
}

/** SIGTERM, SIGINT, or the end of the channel to the supervisor, which otherwise could leave a server behind. */
function stopOnRequest(server: RunningServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(failed), drainWithinMs + 5_000).unref();
    server.stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`castellan: ${(error as Error).message}\n`);
        process.exit(failed);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

function isConfiguration(error: unknown): boolean {
  return error instanceof SettingsError || error instanceof KeyError || error instanceof MigrationError;
}

/** One line for each thing that is wrong. What we did not expect comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.problems.map((problem) => `castellan: ${problem}`).join('\n');
  const { code, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    const { port } = error as { port?: number };
    return `castellan: Port ${port} is taken by another program. Stop it, or set PORT to another one.`;
  }
  return `castellan: ${isConfiguration(error) ? message : stack}`;
}
