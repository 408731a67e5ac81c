import { camelKeys, type Host, type HttpRequest, operation, parseAnswer, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import { pageSize, resultPages } from './opal-reads.js';
import { review } from './opal-reviews.js';
import { docs, groupAccess, resourceAccess, user } from './opal-shapes.js';

/** Whom Opal asks about a resource or group before access is given. */
const stages = z
  .array(z.object({ reviewerStages: z.array(z.object({ ownerIds: z.array(z.string()) })).optional() }))
  .optional();

const answeredEntity = {
  name: z.string().optional(),
  appId: z.string().optional(),
  adminOwnerId: z.string().optional(),
  requestConfigurations: stages,
};
const answeredResource = z.object({ resourceId: z.string(), resourceType: z.string().optional(), ...answeredEntity });
const answeredGroup = z.object({ groupId: z.string(), groupType: z.string().optional(), ...answeredEntity });

/** A resource or a group. */
interface Entity {
  kind: 'resource' | 'group';
  id: string;
  name: string;
  type: string;
  appId: string | null;
  ownerId: string | null;
  approverIds: string[];
}

type Person = z.output<typeof user>;
type Scope = NonNullable<z.output<typeof review>['uarScope']>;

const item = z.object({
  kind: z.enum(['resource', 'group']),
  id: z.string(),
  name: z.string(),
  type: z.string(),
  appId: z.string().nullable(),
  ownerId: z.string().nullable(),
  owners: z.array(user).describe('The people of its owner, in the order in which requests escalate.'),
  approvers: z.array(user).describe('The people who are asked to approve access to it.'),
  users: z.array(z.object({ userId: z.string(), email: z.string(), fullName: z.string() })),
});

const jane = { userId: 'ca57e11a-0001-4000-8000-000000000003', email: 'jane.doe@example.com', fullName: 'Jane Doe' };
const marco = {
  ...{ userId: 'ca57e11a-0001-4000-8000-000000000002', email: 'marco.reyes@example.com', fullName: 'Marco Reyes' },
  ...{ firstName: 'Marco', lastName: 'Reyes', position: 'Head of Engineering', hrIdpStatus: 'ACTIVE' as const },
};

export const opalReviewScope = {
  getReviewScope: operation({
    title: 'List what a review covers',
    docs: `${docs}/uars/get-uar`,
    summary:
      'Resources and groups that fit a review’s scope now, with owners, approvers and users. Opal’s API names no reviewers: whom its policy means is read off these.',
    input: z.strictObject({
      uarId: z.string().min(1).meta({ title: 'Access review' }),
      withUsers: z
        .boolean()
        .default(false)
        .meta({ title: 'With who has access' })
        .describe('One more call for each resource and group.'),
    }),
    output: z.object({ review, items: z.array(item) }),
    options: { '/uarId': 'listReviews' },
    effect: 'read',
    run: async ({ uarId, withUsers }, host) => {
      const { body } = await host.http.send({ method: 'GET', path: path`/uar/${uarId}` });
      const found = parseAnswer(review, camelKeys(body), docs);
      const scope = found.uarScope ?? {};
      const entities = await inScope(host, scope);
      const people = await peopleOfOwners(host, entities);
      const users = await Promise.all(entities.map((one) => (withUsers ? usersOf(host, one, scope) : [])));
      const of = (ids: string[]) => distinct(ids.flatMap((id) => people.get(id) ?? []));
      return {
        review: found,
        items: entities.map(({ approverIds, ...entity }, index) => ({
          ...entity,
          owners: of(entity.ownerId === null ? [] : [entity.ownerId]),
          approvers: of(approverIds),
          users: users[index]!,
        })),
      };
    },
    sample: {
      input: { uarId: 'ca57e11a-0005-4000-8000-000000000001', withUsers: true },
      output: {
        review: {
          ...{ uarId: 'ca57e11a-0005-4000-8000-000000000001', name: 'Production access, first quarter' },
          ...{ reviewerAssignmentPolicy: 'BY_MANAGER', sendReviewerAssignmentNotification: true },
          ...{ deadline: '2099-03-31T23:59:59.000Z', timeZone: 'Europe/Berlin', selfReviewAllowed: false },
          ...{ instantlyActionReviews: false, uarScope: { entities: ['ca57e11a-0002-4000-8000-000000000001'] } },
        },
        items: [
          {
            ...{ kind: 'resource', id: 'ca57e11a-0002-4000-8000-000000000001', name: 'AWS Production' },
            ...{ type: 'AWS_SSO_PERMISSION_SET', appId: 'ca57e11a-000e-4000-8000-000000000001' },
            ...{ ownerId: 'ca57e11a-0006-4000-8000-000000000001', owners: [marco], approvers: [marco], users: [jane] },
          },
        ],
      },
    },
  }),
};

/** All resources and groups that the filters of a review let through; without a filter it is all there are. */
async function inScope(host: Host, scope: Scope): Promise<Entity[]> {
  const [resources, groups] = await Promise.all([readResources(host), readGroups(host)]);
  const filters = await filtersOf(host, scope);
  const reach = scope.users?.length ? await reachOf(host, scope.users) : null;
  return [...resources, ...groups].filter((entity) => {
    if (reach && !reach.has(entity.id)) return false;
    if (filters.length === 0) return true;
    return scope.filterOperator === 'ALL'
      ? filters.every((fits) => fits(entity))
      : filters.some((fits) => fits(entity));
  });
}

/** One test for each filter that the review has. A type is either a resource's or a group's. */
async function filtersOf(host: Host, scope: Scope): Promise<((entity: Entity) => boolean)[]> {
  const { entities = [], apps = [], admins = [], groupTypes = [], resourceTypes = [], tags = [], names = [] } = scope;
  const filters: ((entity: Entity) => boolean)[] = [];
  if (entities.length > 0) filters.push(({ id }) => entities.includes(id));
  if (apps.length > 0) filters.push(({ appId }) => appId !== null && apps.includes(appId));
  if (admins.length > 0) filters.push(({ ownerId }) => ownerId !== null && admins.includes(ownerId));
  if (groupTypes.length + resourceTypes.length > 0) {
    filters.push(({ kind, type }) => (kind === 'group' ? groupTypes : resourceTypes).includes(type));
  }
  if (names.length > 0) {
    filters.push(({ name }) => names.some((part) => name.toLowerCase().includes(part.toLowerCase())));
  }
  if (tags.length > 0) {
    const tagged = await taggedWith(host, tags);
    filters.push(({ id }) => tagged.has(id));
  }
  return filters;
}

const listed = (at: ReturnType<typeof path>, query: HttpRequest['query'] = {}): HttpRequest => ({
  ...{ method: 'GET', path: at, query: { page_size: pageSize, ...query } },
});

async function readResources({ http }: Host, tagId?: string): Promise<Entity[]> {
  const rows = await readPages(http, listed(path`/resources`, { tag_ids: tagId }), resultPages);
  return parseAnswer(z.array(answeredResource), rows.map(camelKeys), docs).map(
    ({ resourceId, resourceType, ...rest }) => entityOf('resource', resourceId, resourceType, rest),
  );
}

async function readGroups({ http }: Host, tagId?: string): Promise<Entity[]> {
  const rows = await readPages(http, listed(path`/groups`, { tag_ids: tagId }), resultPages);
  return parseAnswer(z.array(answeredGroup), rows.map(camelKeys), docs).map(({ groupId, groupType, ...rest }) =>
    entityOf('group', groupId, groupType, rest),
  );
}

function entityOf(
  kind: Entity['kind'],
  id: string,
  type: string | undefined,
  { name, appId, adminOwnerId, requestConfigurations }: z.output<z.ZodObject<typeof answeredEntity>>,
): Entity {
  const approverIds = (requestConfigurations ?? []).flatMap(({ reviewerStages = [] }) =>
    reviewerStages.flatMap(({ ownerIds }) => ownerIds),
  );
  return {
    ...{ kind, id, name: name ?? id, type: type ?? '' },
    ...{ appId: appId ?? null, ownerId: adminOwnerId ?? null, approverIds: [...new Set(approverIds)] },
  };
}

/** Ids of what has one of the tags; a tag without a value is meant with any. */
async function taggedWith(host: Host, wanted: NonNullable<Scope['tags']>): Promise<Set<string>> {
  const rows = await readPages(host.http, listed(path`/tags`), resultPages);
  const known = parseAnswer(
    z.array(z.object({ tagId: z.string(), key: z.string(), value: z.string().optional() })),
    rows.map(camelKeys),
    docs,
  );
  const ids = known
    .filter((tag) => wanted.some(({ key, value }) => key === tag.key && (value === undefined || value === tag.value)))
    .map(({ tagId }) => tagId);
  const tagged = await Promise.all(ids.flatMap((id) => [readResources(host, id), readGroups(host, id)]));
  return new Set(tagged.flat().map(({ id }) => id));
}

/** Ids of what some people have. */
async function reachOf({ http }: Host, userIds: string[]): Promise<Set<string>> {
  const reached = await Promise.all(
    userIds.flatMap((id) => [
      readPages(http, { method: 'GET', path: path`/resources/users/${id}`, query: { limit: pageSize } }, resultPages),
      readPages(http, listed(path`/groups/users/${id}`), resultPages),
    ]),
  );
  const access = z.object({ resourceId: z.string().optional(), groupId: z.string().optional() });
  const rows = parseAnswer(z.array(access), reached.flat().map(camelKeys), docs);
  return new Set(rows.flatMap(({ resourceId, groupId }) => resourceId ?? groupId ?? []));
}

/** The people of each owner that is named, each owner asked once. */
async function peopleOfOwners({ http }: Host, entities: Entity[]): Promise<Map<string, Person[]>> {
  const ids = new Set(entities.flatMap(({ ownerId, approverIds }) => [...(ownerId ? [ownerId] : []), ...approverIds]));
  const answered = z.object({ users: z.array(user) });
  const read = async (id: string) => {
    const { body } = await http.send({ method: 'GET', path: path`/owners/${id}/users` });
    return [id, parseAnswer(answered, camelKeys(body), docs).users] as const;
  };
  return new Map(await Promise.all([...ids].map(read)));
}

/** Who has access to something now, of those whom the review is about. */
async function usersOf({ http }: Host, { kind, id }: Entity, { users = [] }: Scope) {
  const request =
    kind === 'resource'
      ? ({ method: 'GET', path: path`/resources/${id}/users` } as const)
      : listed(path`/groups/${id}/users`);
  const shape = kind === 'resource' ? resourceAccess : groupAccess;
  const rows = parseAnswer(z.array(shape), (await readPages(http, request, resultPages)).map(camelKeys), docs);
  const people = rows.map(({ userId, email, fullName }) => ({ userId, email, fullName }));
  return distinct(people).filter(({ userId }) => users.length === 0 || users.includes(userId));
}

/** Each person once. */
function distinct<T extends { userId: string }>(people: T[]): T[] {
  return [...new Map(people.map((person) => [person.userId, person])).values()];
}
