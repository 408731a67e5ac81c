import { customAuth, defineConnector, secret } from '@castellan/sdk';
import { z } from 'zod';
import { sqlRows } from './sql-rows.js';
import { docs, sqlStatements } from './sql-statements.js';

const place = {
  host: z
    .string()
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])$/)
    .max(253)
    .meta({ title: 'Database server', examples: ['db.example.com'] })
    .describe('Its name. It is spoken to directly, through no proxy.'),
  port: z.int().min(1).max(65_535).default(5432).meta({ title: 'Port' }),
  database: z.string().min(1).max(63).meta({ title: 'Database' }),
  security: z
    .enum(['verify', 'none'])
    .default('verify')
    .meta({ title: 'Encryption' })
    .describe(
      'verify: TLS, and the certificate is checked · none: everybody on the way can read rows and change them.',
    ),
  user: z
    .string()
    .min(1)
    .max(63)
    .meta({ title: 'User' })
    .describe('Give it the rights that the flows need and no more: the database alone keeps it to them.'),
};
const placeOf = z.object(place);

/** Any Postgres, by its own protocol. Values are parameters, and never a part of a statement. */
export const sql = defineConnector({
  id: 'sql',
  title: 'PostgreSQL',
  docs,
  judgedBy: 'docs',
  auth: [
    customAuth({
      kind: 'password',
      title: 'User and password',
      fields: { ...place, password: secret('Password') },
      credentials: () => ({}),
    }),
  ],
  sampleConnection: {
    kind: 'password',
    fields: {
      ...{ host: 'db.example.com', port: 5432, database: 'hr', security: 'verify' },
      ...{ user: 'castellan', password: 'sample-password' },
    },
  },
  databaseServer(fields) {
    const { user, ...server } = placeOf.parse(fields);
    const login = { user, password: String(fields.password) };
    return { ...server, host: server.host.replace(/^\[|\]$/g, ''), login };
  },
  async test({ database }) {
    const text =
      "select current_user as who, current_database() as place, current_setting('server_version') as version";
    const { rows } = await database!.read({ text, values: [], timeoutSeconds: 10 }, 1);
    const { who, place, version } = rows[0]!;
    return { account: `${String(who)} at ${String(place)} (PostgreSQL ${String(version)})` };
  },
  operations: { ...sqlStatements, ...sqlRows },
});
