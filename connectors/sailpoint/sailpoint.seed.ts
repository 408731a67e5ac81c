import { seedTokens } from '@castellan/sdk/simulator';
import { jane, marco, productionAccess, sailpointId } from './sailpoint-company.js';
import { seededGovernance } from './simulator/governance.seed.js';
import { seededPeople } from './simulator/people.seed.js';
import type { SailpointState } from './simulator/state.js';

/** Where the seed's own subscriptions deliver: an address that nobody has. */
const nowhere = 'http://127.0.0.1:4600/hooks/sailpoint-sample';

/** The simulated company as SailPoint has it. */
export function seedSailpoint(): SailpointState {
  return structuredClone<SailpointState>({
    tokens: seedTokens({ seconds: 749 }),
    ...seededPeople,
    ...seededGovernance,
    subscriptions: [
      {
        ...{ id: sailpointId('subscription', 1), name: 'Castellan: leavers', description: 'Starts a flow.' },
        ...{ triggerId: 'idn:identity-attributes-changed', triggerName: 'Identity attributes changed' },
        ...{ type: 'HTTP', enabled: true, responseDeadline: 'PT1H' },
        filter: '$.changes[?(@.attribute == "cloudLifecycleState")]',
        httpConfig: { url: nowhere, httpDispatchMode: 'SYNC', httpAuthenticationType: 'BEARER_TOKEN' },
      },
      {
        ...{ id: sailpointId('subscription', 2), name: 'Archive of decisions' },
        ...{ triggerId: 'idn:access-request-post-approval', triggerName: 'Access request decided' },
        ...{ type: 'EVENTBRIDGE', enabled: false, responseDeadline: 'PT1H' },
        eventBridgeConfig: { awsAccount: '123456789012', awsRegion: 'eu-central-1' },
      },
    ],
    invocations: [
      {
        ...{ id: sailpointId('invocation', 1), triggerId: 'idn:identity-attributes-changed' },
        ...{ subscriptionId: sailpointId('subscription', 1), subscriptionName: 'Castellan: leavers' },
        ...{ type: 'REAL_TIME', secret: 'secret-of-the-first-invocation' },
        created: '2026-01-12T09:00:00.000Z',
        deadline: '2026-01-12T10:00:00.000Z',
        completed: '2026-01-12T09:00:01.000Z',
        input: { identity: jane, changes: [{ attribute: 'cloudLifecycleState', oldValue: null, newValue: 'active' }] },
        ...{ contentJson: {}, output: null, error: null },
      },
      {
        // One that waits for its answer, so that giving it can be tried.
        ...{ id: sailpointId('invocation', 2), triggerId: 'idn:access-request-pre-approval' },
        ...{ subscriptionId: sailpointId('subscription', 3), subscriptionName: 'Requests' },
        ...{ type: 'TEST', secret: 'secret-of-the-waiting-invocation' },
        created: '2026-01-12T09:10:00.000Z',
        deadline: '2099-01-12T09:10:00.000Z',
        completed: null,
        input: {
          accessRequestId: sailpointId('request', 1),
          requestedFor: [jane],
          requestedItems: [{ ...productionAccess, type: 'ACCESS_PROFILE', operation: 'Add' }],
          requestedBy: marco,
        },
        ...{ contentJson: {}, output: null, error: null },
      },
    ],
  });
}
