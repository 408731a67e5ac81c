/** `castellan start` with the stand-in server, as a process of its own that tests may kill. */
import { fileURLToPath } from 'node:url';
import { start } from '../dist/commands/start.js';
import { Report } from '../dist/terminal/report.js';

const report = new Report();
try {
  await start({
    env: process.env,
    report,
    serverEntry: fileURLToPath(new URL('stand-in-server.mjs', import.meta.url)),
    introduce: ({ setupUrl }) => [`Set it up, once  ${setupUrl}`],
  });
} catch (error) {
  report.problem(error);
  process.exitCode = error.exitCode ?? 1;
}
process.exit();
