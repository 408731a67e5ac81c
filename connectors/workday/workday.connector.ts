import {
  basicAuth,
  type ConnectionFields,
  defineConnector,
  FatalError,
  oauth2RefreshToken,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { workerTriggers } from './workday-events.js';
import { readWorkers, reportColumns, reportOperations } from './workday-reports.js';
import { docs } from './workday-shapes.js';
import { workdaySync } from './workday-sync.js';
import { workerOperations } from './workday-workers.js';

const columns = Object.values(reportColumns).join(', ');

const tenantFields = {
  host: z
    .string()
    .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 'A host without https:// and path.')
    .meta({ title: 'Host' })
    .describe(
      'Of the web services, such as wd5-services1.myworkday.com: it stands in the addresses of “View API Clients”.',
    ),
  tenant: z.string().regex(/^\w+$/).meta({ title: 'Tenant' }).describe('The name after /ccx/ in those addresses.'),
  workersReport: z
    .string()
    .regex(/^[^/?#\s]+\/[^/?#\s]+$/, 'The owner and the report’s name as in its address, parted by a slash.')
    .optional()
    .meta({ title: 'Report of workers' })
    .describe(
      `Needed for events: owner/name of an advanced report, enabled as a web service, over active, coming and terminated workers. Columns by XML alias: ${columns}.`,
    ),
};

const origin = ({ host }: ConnectionFields) => `https://${String(host)}`;
const reportsUrl = (fields: ConnectionFields) => `${origin(fields)}/ccx/service/customreport2/${String(fields.tenant)}`;

/**
 * The staffing REST API and reports as a service. An API client with a refresh token reaches both; an integration system
 * user reaches reports only. SOAP is not used.
 */
export const workday = defineConnector({
  id: 'workday',
  title: 'Workday',
  docs,
  judgedBy: 'description',
  auth: [
    oauth2RefreshToken({
      title: 'API client for integrations',
      fields: tenantFields,
      tokenUrl: ({ host, tenant }) => `https://${host}/ccx/oauth2/${tenant}/token`,
    }),
    basicAuth({ kind: 'integrationUser', title: 'Integration system user (reports only)', fields: tenantFields }),
  ],
  sampleConnection: {
    kind: 'oauth2RefreshToken',
    fields: {
      ...{ clientId: 'workday-sample-client', clientSecret: 'workday-sample-client-secret' },
      ...{ refreshToken: 'workday-sample-refresh-token', host: 'wd5-services1.myworkday.com', tenant: 'example' },
      workersReport: 'ISU_Castellan/Castellan_Workers',
    },
  },
  baseUrl: (fields) => `${origin(fields)}/ccx/api/staffing/v6/${String(fields.tenant)}`,
  bases: {
    reports: reportsUrl,
    workersReport: (fields) => {
      if (fields.workersReport) return `${reportsUrl(fields)}/${String(fields.workersReport)}`;
      throw new FatalError('The connection names no report of workers. Enter it on the Connections page.', {
        code: 'E_AUTH',
      });
    },
  },
  async test(host, fields) {
    if (fields.refreshToken) await host.http.send({ method: 'GET', path: path`/workers`, query: { limit: 1 } });
    if (fields.workersReport || !fields.refreshToken) await readWorkers(host);
    return { account: `${String(fields.tenant)} on ${String(fields.host)}` };
  },
  operations: { ...workerOperations, ...reportOperations },
  directory: workdaySync,
  triggers: workerTriggers,
});
