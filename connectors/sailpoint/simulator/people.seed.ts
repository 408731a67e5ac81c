import { simulatedPeople } from '../../simulated-company.js';
import { activeDirectory, ada, jane, marco, noah, productionAccess, sailpointId } from '../sailpoint-company.js';
import type { SailpointAccess, SailpointState } from './state.js';

const numberOf = (key: string) => simulatedPeople.findIndex((person) => person.key === key) + 1;
const identityIdOf = (key: string) => sailpointId('identity', numberOf(key));

const identities = simulatedPeople.map(({ key, email, firstName, lastName, title, team, managerEmail }) => {
  const manager = simulatedPeople.find((person) => person.email === managerEmail);
  return {
    id: identityIdOf(key),
    name: `${firstName} ${lastName}`,
    alias: email.split('@')[0]!,
    email,
    managerId: manager ? identityIdOf(manager.key) : null,
    lifecycleState: 'active',
    attributes: {
      ...{ firstname: firstName, lastname: lastName, displayName: `${firstName} ${lastName}`, email },
      ...{ department: team, jobTitle: title, cloudLifecycleState: 'active' },
    },
  };
});

const workday = { id: sailpointId('source', 2), name: 'Workday' };
const salesforce = { id: sailpointId('source', 3), name: 'Salesforce' };

const sources = [
  { ...activeDirectory, type: 'Active Directory - Direct', connector: 'active-directory', authoritative: false },
  { ...workday, type: 'Workday', connector: 'workday', authoritative: true },
  { ...salesforce, type: 'Salesforce', connector: 'salesforce', authoritative: false },
].map((source) => ({ ...source, owner: ada }));

const accounts = [
  ...simulatedPeople.map(({ key, firstName, lastName, email }) => ({
    id: sailpointId('account', numberOf(key)),
    name: email.split('@')[0]!,
    nativeIdentity: `CN=${firstName} ${lastName},OU=People,DC=example,DC=com`,
    sourceId: activeDirectory.id,
    identityId: identityIdOf(key),
    disabled: false,
    // Lena has mistyped her password too often.
    locked: key === 'lena',
  })),
  {
    ...{ id: sailpointId('account', 109), name: 'noah.silva', nativeIdentity: 'noah.silva@example.com' },
    ...{ sourceId: salesforce.id, identityId: noah.id, disabled: true, locked: false },
  },
  {
    ...{
      id: sailpointId('account', 201),
      name: 'svc-backup',
      nativeIdentity: 'CN=svc-backup,OU=Service,DC=example,DC=com',
    },
    ...{ sourceId: activeDirectory.id, identityId: null, disabled: false, locked: false },
  },
];

const groupRows = [
  ['Production', true],
  ['Engineering', false],
  ['Finance', true],
] as const;

const profileRows = [
  [productionAccess.name, 1],
  ['Engineering tools', 2],
  ['Finance reports', 3],
] as const;

const access: SailpointAccess[] = [
  ...groupRows.map(([name, privileged], index) => ({
    ...{ id: sailpointId('entitlement', index + 1), name, type: 'ENTITLEMENT' as const, privileged },
    ...{ description: `The group ${name}`, value: `CN=${name},OU=Groups,DC=example,DC=com`, gives: [] },
  })),
  ...profileRows.map(([name, gives], index) => ({
    ...{ id: sailpointId('accessProfile', index + 1), name, type: 'ACCESS_PROFILE' as const, privileged: false },
    ...{ description: `${name} of the simulated company`, value: '', gives: [sailpointId('entitlement', gives)] },
  })),
  ...['Engineer', 'Accountant'].map((name, index) => ({
    ...{ id: sailpointId('role', index + 1), name, type: 'ROLE' as const, privileged: false },
    ...{ description: `What every ${name.toLowerCase()} needs`, value: '' },
    gives: [sailpointId('accessProfile', index + 2)],
  })),
].map((each) => ({ ...each, owner: ada, sourceId: activeDirectory.id }));

const held = [
  ...['marco', 'jane', 'priya'].map((key) => ({ identityId: identityIdOf(key), accessId: sailpointId('role', 1) })),
  { identityId: identityIdOf('yuki'), accessId: sailpointId('role', 2) },
  { identityId: jane.id, accessId: productionAccess.id },
];

const activity = (number: number, operation: string) => ({
  ...{ id: sailpointId('activity', number), type: 'AccessRequest', created: `2026-01-1${number}T09:00:00.000Z` },
  ...{ by: marco, for: jane, operation, sourceId: activeDirectory.id },
  nativeIdentity: 'CN=Jane Doe,OU=People,DC=example,DC=com',
});

const workItem = (number: number, name: string, state: 'Pending' | 'Finished') => ({
  ...{ id: sailpointId('workItem', number), name, state, type: 'ManualAction', owner: marco },
  ...{ description: 'This system has no connector: do it by hand.', created: '2026-01-12T09:00:00.000Z' },
});

export const seededPeople: Pick<
  SailpointState,
  'identities' | 'sources' | 'accounts' | 'access' | 'held' | 'activities' | 'workItems' | 'savedSearches' | 'reports'
> = {
  ...{ identities, sources, accounts, access, held },
  activities: [activity(1, 'Modify'), activity(2, 'Enable')],
  workItems: [
    workItem(1, 'Remove jane.doe from the badge system', 'Pending'),
    workItem(2, 'Give noah.silva a desk', 'Finished'),
  ],
  savedSearches: [
    {
      ...{ id: sailpointId('savedSearch', 1), name: 'Dormant accounts', description: 'Nobody has signed in for long.' },
      ...{ indices: ['identities'], query: 'inactive:true', owner: ada },
    },
    {
      ...{ id: sailpointId('savedSearch', 2), name: 'Everybody in Engineering', description: 'The whole team.' },
      ...{ indices: ['identities'], query: 'attributes.department:Engineering', owner: marco },
    },
  ],
  reports: [],
};
