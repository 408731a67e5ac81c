import { defineConnector, FatalError } from '@castellan/sdk';
import { accountUrl, snowflakeAuth } from './snowflake-auth.js';
import { snowflakeChoices } from './snowflake-choices.js';
import { snowflakeQueries } from './snowflake-queries.js';
import { snowflakeRows } from './snowflake-rows.js';
import { docs, errorWords, resultOf, rowsOf, submit, untilEnd } from './snowflake-statements.js';

/** Reads no table and needs no warehouse. */
const whoStatement = 'SELECT CURRENT_USER() AS "USER", CURRENT_ROLE() AS "ROLE", CURRENT_ACCOUNT() AS "ACCOUNT"';

/** The SQL API, version 2. What is written carries the effect's key as its request id, so that it is done once. */
export const snowflake = defineConnector({
  id: 'snowflake',
  title: 'Snowflake',
  docs,
  judgedBy: 'description',
  auth: snowflakeAuth,
  sampleConnection: {
    kind: 'keyPairJwt',
    fields: {
      account: 'acme-warehouse',
      user: 'castellan',
      privateKey: 'made up for each connection to the simulator',
      role: 'CASTELLAN_WRITER',
      warehouse: 'AUTOMATION',
      database: 'SECURITY',
      schema: 'GOVERNANCE',
    },
  },
  baseUrl: accountUrl,
  headers: { 'user-agent': 'castellan/1.0' },
  errorMessage: errorWords,
  async test(host) {
    const handle = await submit(host, { statement: whoStatement, timeout: 10 });
    const seen = await untilEnd(host, handle, 10);
    if (seen.state === 'running')
      throw new FatalError('Snowflake did not answer a query in time.', { code: 'E_TIMEOUT' });
    const { items } = await rowsOf(host, resultOf(seen), 1);
    const [who] = items;
    return { account: `${String(who?.USER)} (${String(who?.ROLE)}) in ${String(who?.ACCOUNT)}` };
  },
  operations: { ...snowflakeQueries, ...snowflakeRows, ...snowflakeChoices },
});
