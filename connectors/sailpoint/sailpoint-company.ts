import { seedId } from '../simulated-company.js';

/** Kinds of things in the simulated tenant, as they number its ids. */
const kinds = {
  ...{ identity: 0x51, source: 0x52, account: 0x53, entitlement: 0x54, accessProfile: 0x55, role: 0x56 },
  ...{ request: 0x57, campaign: 0x58, certification: 0x59, reviewItem: 0x5a, subscription: 0x5b, invocation: 0x5c },
  ...{ workItem: 0x5d, activity: 0x5e, savedSearch: 0x5f, governanceGroup: 0x60, cluster: 0x61, approval: 0x62 },
  lifecycleState: 0x63,
};

/** An id as SailPoint writes it, 32 hexadecimal digits; the same at every start. */
export function sailpointId(kind: keyof typeof kinds, number: number): string {
  return seedId(kinds[kind], number).replaceAll('-', '');
}

/** People whom the samples are about, as SailPoint refers to them. */
const person = (number: number, name: string) => ({
  type: 'IDENTITY' as const,
  id: sailpointId('identity', number),
  name,
});

export const ada = person(1, 'Ada Okafor');
export const marco = person(2, 'Marco Reyes');
export const jane = person(3, 'Jane Doe');
export const noah = person(9, 'Noah Silva');

export const activeDirectory = {
  type: 'SOURCE' as const,
  id: sailpointId('source', 1),
  name: 'Corporate Active Directory',
};

/** What Jane asks for in the samples. */
export const productionAccess = { id: sailpointId('accessProfile', 1), name: 'AWS Production: read only' };
