import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { ada, marco, sailpointId } from '../sailpoint-company.js';
import { pageOf, the } from './lists.js';

const group = (number: number, name: string, description: string, owner: typeof ada, memberCount: number) => ({
  ...{ id: sailpointId('governanceGroup', number), name, description, owner, memberCount, connectionCount: 1 },
});

/** The groups of the simulated company; nothing that the connector does changes them. */
export const governanceGroups = [
  group(1, 'Approvers of production access', 'Whoever is on the list may let somebody into production.', ada, 2),
  group(2, 'Engineering leads', 'Decide for their teams.', marco, 3),
  group(3, 'Payroll owners', 'Answer for what touches money.', ada, 1),
];

/** No version of the API takes these calls without a sign that the caller knows they may change. */
function requireConsent({ headers }: SimulatedRequest): void {
  if (headers['x-sailpoint-experimental'] === 'true') return;
  throw new SimulatedRefusal(400, 'This API is experimental: send X-SailPoint-Experimental: true.');
}

export const governanceGroupRules = {
  listWorkgroups(_: object, request: SimulatedRequest): SimulatedAnswer {
    requireConsent(request);
    return pageOf(governanceGroups, request, { fields: { id: ({ id }) => id, name: ({ name }) => name }, largest: 50 });
  },
  getWorkgroup(_: object, request: SimulatedRequest): SimulatedAnswer {
    requireConsent(request);
    return { body: the(governanceGroups, request.params.id) };
  },
};
