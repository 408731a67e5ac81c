/**
 * Takes the server's place in tests of the supervisor: it listens, says that it is ready, notes each of its starts in
 * the database, and ends as the server does: at SIGTERM, and when its channel closes.
 */
import { createServer } from 'node:http';
import pg from 'pg';

if (process.env.STAND_IN_REFUSES) {
  console.error(`castellan: ${process.env.STAND_IN_REFUSES}`);
  process.exit(78);
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
pool.on('error', () => undefined);
await pool.query('create table if not exists starts (pid int, temporal text)');
await pool.query('insert into starts values ($1, $2)', [process.pid, process.env.TEMPORAL_ADDRESS]);

const server = createServer(async (_request, response) => {
  try {
    const { rows } = await pool.query('select pid, temporal from starts');
    response.end(JSON.stringify({ pid: process.pid, starts: rows, env: process.env }));
  } catch (error) {
    response.writeHead(503).end(JSON.stringify({ error: error.message }));
  }
});
const { HOST, PORT } = process.env;
server.listen(Number(PORT), HOST, () => {
  process.send({ type: 'ready', url: `http://${HOST}:${PORT}`, setupUrl: `http://${HOST}:${PORT}/setup#code=once` });
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
