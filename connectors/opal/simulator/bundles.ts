import { SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { type Rule, slice, the } from './lists.js';
import type { OpalState } from './state.js';

type Kind = 'resource' | 'group';

export const bundleRules: Record<string, Rule> = {
  getBundles(state, request) {
    const { contains = '' } = request.query;
    const found = state.bundles.filter(({ name }) => name.toLowerCase().includes(contains.toLowerCase()));
    return listOf(
      'bundles',
      found.map((bundle) => counted(state, bundle)),
      request,
    );
  },
  getBundle: (state, { params }) => ({ body: counted(state, the(state.bundles, 'bundle_id', params)) }),
  getBundleResources: itemsOf('resource'),
  getBundleGroups: itemsOf('group'),
  addBundleResource: addItem('resource'),
  addBundleGroup: addItem('group'),
  removeBundleResource: removeItem('resource'),
  removeBundleGroup: removeItem('group'),
};

/** Lists of bundles are named by what they hold, and count it. */
function listOf(name: string, all: object[], request: SimulatedRequest) {
  const { rows, next } = slice(all, request);
  return { body: { next, previous: request.query.cursor ?? null, total_count: all.length, [name]: rows } };
}

function counted(state: OpalState, bundle: OpalState['bundles'][number]) {
  const items = state.bundleItems.filter(({ bundle_id }) => bundle_id === bundle.bundle_id);
  const count = (kind: Kind) => items.filter((item) => item.kind === kind).length;
  return {
    ...bundle,
    total_num_items: items.length,
    total_num_resources: count('resource'),
    total_num_groups: count('group'),
  };
}

function answered({ kind, thing_id, ...rest }: OpalState['bundleItems'][number]) {
  return { ...rest, [`${kind}_id`]: thing_id };
}

function itemsOf(kind: Kind): Rule {
  return (state, request) => {
    const { bundle_id } = the(state.bundles, 'bundle_id', request.params);
    const items = state.bundleItems.filter((item) => item.bundle_id === bundle_id && item.kind === kind);
    return listOf(`bundle_${kind}s`, items.map(answered), request);
  };
}

function addItem(kind: Kind): Rule {
  return (state, { params, body }) => {
    const { bundle_id } = the(state.bundles, 'bundle_id', params);
    const { [`${kind}_id`]: thing_id = '', access_level_remote_id = '' } = body as Record<string, string>;
    const place = { bundle_id, kind, thing_id, access_level_remote_id };
    const there = state.bundleItems.find((item) => isAt(item, place));
    if (there) return { status: 201, body: answered(there) };
    const added = { ...place, access_level_name: levelName(state, kind, thing_id, access_level_remote_id) };
    state.bundleItems.push(added);
    return { status: 201, body: answered(added) };
  };
}

function removeItem(kind: Kind): Rule {
  return (state, { params, query }) => {
    const { access_level_remote_id = '' } = query;
    const place = { bundle_id: params.bundle_id!, kind, thing_id: params[`${kind}_id`]!, access_level_remote_id };
    const left = state.bundleItems.filter((item) => !isAt(item, place));
    if (left.length === state.bundleItems.length) throw new SimulatedRefusal(404, `${kind} not in bundle`);
    state.bundleItems = left;
    return {};
  };
}

type Place = Omit<OpalState['bundleItems'][number], 'access_level_name'>;

function isAt(item: Place, place: Place): boolean {
  return (['bundle_id', 'kind', 'thing_id', 'access_level_remote_id'] as const).every(
    (key) => item[key] === place[key],
  );
}

function levelName(state: OpalState, kind: Kind, id: string, remoteId: string): string {
  if (kind === 'group') {
    the(state.groups, 'group_id', { group_id: id });
    return remoteId;
  }
  const { levels, name } = the(state.resources, 'resource_id', { resource_id: id });
  const level = levels.find((one) => one.access_level_remote_id === remoteId);
  if (!level) throw new SimulatedRefusal(400, `access level “${remoteId}” not found on ${name}`);
  return level.access_level_name;
}
