import {
  type ConnectionAddress,
  type DeliveredEvent,
  type InboundRequest,
  type JsonObject,
  jsonOnly,
  refused,
  type SignatureScheme,
  secret,
  signatureSchemes,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://docs.github.com/en/webhooks/webhook-events-and-payloads';

/** Fields of a connection that receiving from GitHub needs. */
export const webhookFields = {
  webhookSecret: secret('Webhook secret')
    .describe('The one that is entered in the webhook’s settings. Needed only to receive from GitHub.')
    .optional(),
};

const github = signatureSchemes.github!;
const signature: SignatureScheme = {
  ...github,
  fields: z.object(webhookFields),
  verify: (delivery) =>
    typeof delivery.fields.webhookSecret === 'string'
      ? github.verify(delivery)
      : refused('The connection has no webhook secret. Enter that of the webhook on the Connections page.'),
};

const account = z.looseObject({ login: z.string(), id: z.int() });
const about = { action: z.string(), organization: account, sender: account };
const memberEvent = z.looseObject({
  ...about,
  membership: z.looseObject({ role: z.string(), state: z.string(), user: account.nullable() }),
});
const invitation = z.looseObject({
  ...about,
  invitation: z.looseObject({
    id: z.int(),
    login: z.string().nullable(),
    email: z.string().nullable(),
    role: z.string(),
  }),
});
const teamEvent = z.looseObject({
  ...about,
  scope: z.literal('team'),
  member: account.nullable(),
  team: z.looseObject({ id: z.int(), name: z.string(), slug: z.string() }),
});

const jane = { login: 'jdoe', id: 1003 };
const common = { organization: { login: 'example', id: 77 }, sender: { login: 'aokafor', id: 1001 } };
const sampleMember = { ...common, membership: { role: 'member', state: 'active', user: jane } };
const sampleTeam = {
  ...{ ...common, scope: 'team', member: jane },
  team: { id: 501, name: 'Engineering', slug: 'engineering' },
};

export const githubTriggers = {
  memberAdded: trigger({
    title: 'Member joined the organisation',
    docs: `${docs}#organization`,
    summary: 'Somebody took an invitation, or was made a member by single sign-on.',
    payload: memberEvent,
    sample: { action: 'member_added', ...sampleMember },
  }),
  memberRemoved: trigger({
    title: 'Member left the organisation',
    docs: `${docs}#organization`,
    summary: 'Somebody was removed, or left.',
    payload: memberEvent,
    sample: { action: 'member_removed', ...sampleMember },
  }),
  memberInvited: trigger({
    title: 'Person invited to the organisation',
    docs: `${docs}#organization`,
    summary: 'An owner invited somebody, by user name or by e-mail address.',
    payload: invitation,
    sample: {
      ...{ action: 'member_invited', ...common },
      invitation: { id: 9, login: 'rmenon', email: null, role: 'direct_member' },
    },
  }),
  teamMemberAdded: trigger({
    title: 'Member added to a team',
    docs: `${docs}#membership`,
    summary: 'Somebody has the access of a team from now on.',
    payload: teamEvent,
    sample: { action: 'added', ...sampleTeam },
  }),
  teamMemberRemoved: trigger({
    title: 'Member removed from a team',
    docs: `${docs}#membership`,
    summary: 'Somebody has the access of a team no longer.',
    payload: teamEvent,
    sample: { action: 'removed', ...sampleTeam },
  }),
};

type TriggerId = keyof typeof githubTriggers;

const ofOrganisation: Record<string, TriggerId> = {
  member_added: 'memberAdded',
  member_removed: 'memberRemoved',
  member_invited: 'memberInvited',
};
const ofTeams: Record<string, TriggerId> = { added: 'teamMemberAdded', removed: 'teamMemberRemoved' };

/** The header with the event's name is not signed, so the event is told by the body alone, and must fit it. */
function eventsOf({ body }: InboundRequest): DeliveredEvent[] {
  const { action, scope } = (body ?? {}) as { action?: unknown; scope?: unknown };
  const known = scope === 'team' ? ofTeams : ofOrganisation;
  const id = typeof action === 'string' && Object.hasOwn(known, action) ? known[action] : undefined;
  if (!id || !githubTriggers[id].payload.safeParse(body).success) return [];
  return [{ trigger: id, payload: body as JsonObject, key: '' }];
}

export const githubAddress: ConnectionAddress = {
  docs: 'https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks#creating-an-organization-webhook',
  setup: [
    'In GitHub: the organisation’s **Settings → Webhooks → Add webhook**. Enter this address as **Payload URL**,',
    'choose the content type **application/json**, enter a long random **Secret** there and in this connection, and',
    'choose the individual events **Organizations** and **Memberships**.',
  ].join(' '),
  signature,
  malformed: jsonOnly('In the webhook’s settings choose the content type application/json.'),
  deliveryId: (delivery) => github.deliveryId!(delivery),
  events: eventsOf,
};
