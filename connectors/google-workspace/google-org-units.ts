import { type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, ofWhom } from './google-shapes.js';

const orgUnit = z.object({
  orgUnitId: z.string(),
  orgUnitPath: z.string(),
  name: z.string(),
  description: z.string().default(''),
  parentOrgUnitPath: z.string().optional(),
});

export const googleOrgUnits = {
  listOrgUnits: operation({
    title: 'List organisational units',
    docs: `${docs}/orgunits/list`,
    summary: 'All units with their paths, by which settings and licences are given.',
    input: z.strictObject({ customer: ofWhom.customer }),
    output: z.object({ items: z.array(orgUnit) }),
    choice: { value: 'orgUnitPath', label: 'orgUnitPath' },
    effect: 'read',
    request: ({ customer }) => ({
      method: 'GET',
      path: path`/admin/directory/v1/customer/${customer}/orgunits`,
      query: { type: 'allIncludingParent' },
    }),
    response: ({ body }) => ({ items: (body as JsonObject).organizationUnits ?? [] }),
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ orgUnitId: 'id:03ph8a2z10000001', orgUnitPath: '/Engineering', name: 'Engineering' },
            ...{ description: '', parentOrgUnitPath: '/' },
          },
        ],
      },
    },
  }),
};
