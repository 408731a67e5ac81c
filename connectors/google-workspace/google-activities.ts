import {
  FatalError,
  type Host,
  type JsonObject,
  type JsonValue,
  operation,
  type PollPage,
  parseAnswer,
  path,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';
import { limit, onUser, pagesOf } from './google-shapes.js';

const docs = 'https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list';

const parameter = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  intValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  multiValue: z.array(z.string()).optional(),
});
const activity = z.object({
  id: z.object({
    time: z.string(),
    uniqueQualifier: z.string(),
    applicationName: z.string(),
    customerId: z.string().optional(),
  }),
  actor: z
    .object({ email: z.string().optional(), profileId: z.string().optional(), callerType: z.string().optional() })
    .default({}),
  ipAddress: z.string().optional(),
  ownerDomain: z.string().optional(),
  events: z.array(
    z.object({ type: z.string().optional(), name: z.string(), parameters: z.array(parameter).default([]) }),
  ),
});

const applications = [
  'login',
  'admin',
  'token',
  'saml',
  'groups',
  'user_accounts',
  'drive',
  'context_aware_access',
] as const;
type Application = (typeof applications)[number];

/**
 * A window of time that is read page by page, newest first as Google lists them. It is closed at its later end before
 * it is read, so that what happens meanwhile moves no page.
 */
interface Place {
  /** Nothing older is ever told. ISO 8601, as all times here. */
  start: string;
  from: string;
  /** When a window was last read that is wide enough for what Google listed late. */
  sweptAt: string;
  /** Of a window that is being read. */
  to?: string | undefined;
  page?: string | undefined;
}

const pageSize = 500;
/** What is read twice is told by its key. Most is listed within minutes, some of sign-ins and apps after hours. */
const lateMs = 10 * 60_000;
const veryLateMs = 6 * 3_600_000;
const sweepEveryMs = 3_600_000;

const begin = (from: Date): JsonValue => {
  const start = from.toISOString();
  return { start, from: start, sweptAt: start };
};

async function read(host: Host, cursor: JsonValue, application: Application): Promise<PollPage> {
  const place = cursor as unknown as Place;
  const { start, from, page } = place;
  const to = place.to ?? host.now().toISOString();
  if (to <= from) return { events: [], cursor };
  const query = { startTime: from, endTime: to, maxResults: pageSize, pageToken: page };
  const answer = await host.http.send({ ...activitiesOf('all', application), query }).catch((error: unknown) => {
    // A page that Google has forgotten: the window is begun again.
    if (page !== undefined && error instanceof FatalError && error.status === 400) return null;
    throw error;
  });
  if (answer === null) return { events: [], cursor: cursorOf({ ...place, to, page: undefined }), more: true };
  const { items = [], nextPageToken } = (answer.body ?? {}) as { items?: JsonValue[]; nextPageToken?: string };
  const events = parseAnswer(z.array(activity), items, docs).map((each) => ({
    id: `${application} ${each.id.time} ${each.id.uniqueQualifier}`,
    occurredAt: each.id.time,
    payload: each as JsonValue,
  }));
  if (nextPageToken) return { events, cursor: cursorOf({ ...place, to, page: nextPageToken }), more: true };
  const sweep = Date.parse(to) - Date.parse(place.sweptAt) >= sweepEveryMs;
  const next = Date.parse(to) - (sweep ? veryLateMs : lateMs);
  const following = new Date(Math.max(Date.parse(start), next)).toISOString();
  return { events, cursor: cursorOf({ start, from: following, sweptAt: sweep ? to : place.sweptAt }) };
}

const cursorOf = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

const activitiesOf = (user: string, application: Application) =>
  ({
    method: 'GET',
    path: path`/admin/reports/v1/activity/users/${user}/applications/${application}`,
  }) as const;

const sampleActivity = (application: Application, type: string, name: string, parameters: JsonObject[]) => ({
  id: {
    time: '2026-01-20T07:58:12.345Z',
    uniqueQualifier: '-4712',
    applicationName: application,
    customerId: 'C03az79cb',
  },
  actor: { email: 'jane.doe@example.com', profileId: '100000000000000000003', callerType: 'USER' },
  ipAddress: '203.0.113.7',
  events: [{ type, name, parameters }],
});
const suspicious = sampleActivity('login', 'login', 'suspicious_login', [
  { name: 'affected_email_address', value: 'jane.doe@example.com' },
]);

const activityTrigger = (application: Application, title: string, summary: string, sample: JsonValue) =>
  trigger({
    ...{ title, docs, summary, payload: activity, sample },
    poll: { everySeconds: 300, begin, read: (host, cursor) => read(host, cursor, application) },
  });

export const googleTriggers = {
  loginActivity: activityTrigger(
    'login',
    'Sign-in activity',
    'Somebody signed in or failed to, a sign-in looked suspicious, a password leaked. Google lists it after minutes, sometimes hours.',
    suspicious,
  ),
  adminActivity: activityTrigger(
    'admin',
    'Administrator’s activity',
    'An administrator, or an app in the name of one, changed accounts, groups, roles or settings. Google lists it after minutes.',
    sampleActivity('admin', 'USER_SETTINGS', 'SUSPEND_USER', [{ name: 'USER_EMAIL', value: 'oscar.lind@example.com' }]),
  ),
  tokenActivity: activityTrigger(
    'token',
    'App access activity',
    'A user let an app of a third party in, or took its access back. Google lists it after minutes, sometimes hours.',
    sampleActivity('token', 'auth', 'authorize', [
      { name: 'client_id', value: '704567.apps.googleusercontent.com' },
      { name: 'app_name', value: 'Notes for teams' },
    ]),
  ),
};

export const googleActivities = {
  listActivities: operation({
    title: 'List activities',
    docs,
    summary: 'What happened in one part of Google Workspace in a time, newest first; up to 180 days back.',
    input: z.strictObject({
      application: z.enum(applications).meta({ title: 'Part' }),
      user: onUser.user.default('all').meta({ title: 'User' }).describe('E-mail address or id; all is everybody.'),
      eventName: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Event', examples: ['suspicious_login'] }),
      from: z.iso.datetime({ offset: true }).optional().meta({ title: 'From' }),
      to: z.iso.datetime({ offset: true }).optional().meta({ title: 'To' }),
      limit,
    }),
    output: z.object({ items: z.array(activity) }),
    effect: 'read',
    request: ({ application, user, eventName, from, to }) => ({
      ...activitiesOf(user, application),
      query: { eventName, startTime: from, endTime: to, maxResults: pageSize },
    }),
    paginate: pagesOf('items'),
    sample: { input: { application: 'login', eventName: 'suspicious_login' }, output: { items: [suspicious] } },
  }),
};
