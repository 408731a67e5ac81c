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
  type Trigger,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';

const docs = 'https://developer.okta.com/docs/reference/api/event-types/';

/** Fields of a connection that receiving from Okta needs. */
export const webhookFields = {
  webhookToken: secret('Authentication secret of the event hook')
    .describe('A long random text, the same here and in the event hook. Needed only to receive from Okta.')
    .optional(),
};

const okta = signatureSchemes.okta!;
const signature: SignatureScheme = {
  ...okta,
  fields: z.object(webhookFields),
  verify: (delivery) =>
    typeof delivery.fields.webhookToken === 'string'
      ? okta.verify(delivery)
      : refused('The connection has no secret of an event hook. Enter it on the Connections page.'),
};

/** Somebody or something in an entry of the System Log. */
const party = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish().describe('User, UserGroup, AppUser and others.'),
  alternateId: z.string().nullish().describe('Of a user: the login.'),
  displayName: z.string().nullish(),
});

/** An entry of the System Log: what a hook delivers. */
const logEntry = z.looseObject({
  uuid: z.string().min(1),
  published: z.string(),
  eventType: z.string(),
  displayMessage: z.string().nullish(),
  severity: z.string().nullish(),
  actor: party.nullish().describe('Who did it.'),
  target: z.array(party).nullish().describe('Whom and what it is about.'),
  outcome: z
    .looseObject({ result: z.string().nullish(), reason: z.string().nullish() })
    .nullish()
    .describe('SUCCESS, or FAILURE with the reason: what was tried is an event, too.'),
});

const partyOf = (type: string, id: string, alternateId: string, displayName: string) => ({
  ...{ id, type, alternateId, displayName, detailEntry: null },
});
const jane = partyOf('User', '00ujane00000000000d7', 'jane.doe@example.com', 'Jane Doe');
const ada = partyOf('User', '00uada000000000000d7', 'ada.okafor@example.com', 'Ada Okafor');
const engineering = partyOf('UserGroup', '00gengineering0000d7', 'unknown', 'Engineering');

interface Declared {
  vendorId: string;
  title: string;
  summary: string;
  displayMessage: string;
  withGroup?: boolean;
}

/** A trigger for one type of entry. */
const entryOf = ({ vendorId, title, summary, displayMessage, withGroup }: Declared): Trigger =>
  trigger({
    ...{ vendorId, title, summary, docs, payload: logEntry },
    sample: {
      ...{ uuid: 'd9f0c0de-0000-11f1-8d0c-d1b5c0ffee00', published: '2026-01-20T09:30:41.904Z', eventType: vendorId },
      ...{ version: '0', severity: 'INFO', displayMessage, actor: ada },
      outcome: { result: 'SUCCESS', reason: null },
      target: withGroup ? [jane, engineering] : [jane],
    },
  });

export const oktaTriggers = {
  userCreated: entryOf({
    vendorId: 'user.lifecycle.create',
    title: 'User created',
    summary: 'An account was made, by a person, an import or an app.',
    displayMessage: 'Create okta user',
  }),
  userActivated: entryOf({
    vendorId: 'user.lifecycle.activate',
    title: 'User activated',
    summary: 'A staged or deactivated account may be used.',
    displayMessage: 'Activate Okta user',
  }),
  userSuspended: entryOf({
    vendorId: 'user.lifecycle.suspend',
    title: 'User suspended',
    summary: 'Nobody can sign in as the user for now.',
    displayMessage: 'Suspend Okta user',
  }),
  userUnsuspended: entryOf({
    vendorId: 'user.lifecycle.unsuspend',
    title: 'User unsuspended',
    summary: 'A suspended user is active again.',
    displayMessage: 'Unsuspend Okta user',
  }),
  userDeactivated: entryOf({
    vendorId: 'user.lifecycle.deactivate',
    title: 'User deactivated',
    summary: 'The account was closed, and taken out of all apps.',
    displayMessage: 'Deactivate Okta user',
  }),
  userProfileUpdated: entryOf({
    vendorId: 'user.account.update_profile',
    title: 'Profile changed',
    summary: 'The name, job, manager or another attribute of a user is another one.',
    displayMessage: 'Update user profile for Okta',
  }),
  userLocked: entryOf({
    vendorId: 'user.account.lock',
    title: 'User locked out',
    summary: 'Too many attempts to sign in failed.',
    displayMessage: 'Max sign in attempts exceeded',
  }),
  suspiciousActivityReported: entryOf({
    vendorId: 'user.account.report_suspicious_activity_by_enduser',
    title: 'Suspicious activity reported',
    summary: 'A user says of an activity in the account that it was somebody else’s.',
    displayMessage: 'User report suspicious activity',
  }),
  memberAdded: entryOf({
    vendorId: 'group.user_membership.add',
    title: 'Member added to a group',
    summary: 'A user has from now on what the group gives.',
    displayMessage: 'Add user to group membership',
    withGroup: true,
  }),
  memberRemoved: entryOf({
    vendorId: 'group.user_membership.remove',
    title: 'Member removed from a group',
    summary: 'A user no longer has what the group gives.',
    displayMessage: 'Remove user from group membership',
    withGroup: true,
  }),
};

const idByType = new Map(Object.entries(oktaTriggers).map(([id, { vendorId }]) => [vendorId, id]));

const delivered = z.object({ data: z.object({ events: z.array(z.json()) }) });

/** One delivery may bring several entries; those that are no trigger’s, or not what an entry is, start nothing. */
function eventsOf({ body }: InboundRequest): DeliveredEvent[] {
  const read = delivered.safeParse(body);
  const entries = read.success ? read.data.data.events : [];
  return entries.flatMap((payload) => {
    const entry = logEntry.safeParse(payload);
    const id = entry.success ? idByType.get(entry.data.eventType) : undefined;
    if (!entry.success || !id) return [];
    const { uuid } = entry.data;
    return [{ trigger: id, payload: payload as JsonObject, key: uuid, id: uuid }];
  });
}

const vendorIds = Object.values(oktaTriggers).map(({ vendorId }) => vendorId);

export const oktaAddress: ConnectionAddress = {
  docs: 'https://developer.okta.com/docs/concepts/event-hooks/',
  setup: [
    'Enter a long random **Authentication secret** in this connection first. In Okta’s Admin Console, under',
    '**Workflow → Event Hooks → Create Event Hook**, enter this address as **Endpoint URL**, **Authorization** as',
    'authentication field and the secret as its value. Subscribe to the events that flows start on',
    `(${vendorIds.join(', ')}), save, and choose **Verify**: Okta’s one question whether the address is right is`,
    'answered by itself.',
  ].join(' '),
  signature,
  malformed: jsonOnly('Have the event hook of Okta send it.'),
  deliveryId: (delivery) => okta.deliveryId!(delivery),
  events: eventsOf,
};
