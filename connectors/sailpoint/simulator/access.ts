import type { SimulatedRequest } from '@castellan/sdk/simulator';
import { pageOf } from './lists.js';
import { refOf } from './people.js';
import type { SailpointAccess, SailpointState } from './state.js';

/** Roles come in smaller pages than all else. */
const rolesPage = 50;

const fields = {
  id: ({ id }: SailpointAccess) => id,
  name: ({ name }: SailpointAccess) => name,
  requestable: () => true,
  privileged: ({ privileged }: SailpointAccess) => privileged,
  'source.id': ({ sourceId }: SailpointAccess) => sourceId,
  'owner.id': ({ owner }: SailpointAccess) => owner.id,
};

const ofType = ({ access }: SailpointState, type: SailpointAccess['type']) =>
  access.filter((each) => each.type === type);

const common = ({ id, name, description, owner }: SailpointAccess) => ({
  id,
  name,
  description,
  owner,
  requestable: true,
});

/** What can be asked for, and the systems where it is. */
export const accessRules = {
  listRoles: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(ofType(state, 'ROLE'), request, {
      fields,
      largest: rolesPage,
      show: (role) => ({ ...common(role), enabled: true, accessProfiles: given(state, role) }),
    }),

  listAccessProfiles: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(ofType(state, 'ACCESS_PROFILE'), request, {
      fields,
      show: (profile) => ({
        ...common(profile),
        enabled: true,
        source: sourceRef(state, profile),
        entitlements: given(state, profile),
      }),
    }),

  listEntitlements: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(ofType(state, 'ENTITLEMENT'), request, {
      fields,
      show: (entitlement) => ({
        ...common(entitlement),
        ...{ attribute: 'memberOf', value: entitlement.value, privileged: entitlement.privileged },
        source: sourceRef(state, entitlement),
      }),
    }),

  listSources: ({ sources }: SailpointState, request: SimulatedRequest) =>
    pageOf(sources, request, {
      fields: { id: ({ id }) => id, name: ({ name }) => name, authoritative: ({ authoritative }) => authoritative },
      show: (source) => ({
        ...source,
        ...{ description: source.name, connectorName: source.type, healthy: true, status: 'SOURCE_STATE_HEALTHY' },
      }),
    }),
};

function given({ access }: SailpointState, { gives }: SailpointAccess) {
  return access.filter(({ id }) => gives.includes(id)).map((each) => refOf(each, each.type));
}

function sourceRef({ sources }: SailpointState, { sourceId }: SailpointAccess) {
  return refOf(sources.find(({ id }) => id === sourceId)!, 'SOURCE');
}
