import {
  asObject,
  camelKeys,
  FatalError,
  type Host,
  type HttpClient,
  type HttpResponse,
  type JsonValue,
  parseAnswer,
  path,
  RetryableError,
} from '@castellan/sdk';
import { z } from 'zod';

/** The vendor’s pages on its calls. */
export const reference = 'https://developer.pagerduty.com/api-reference';

const listDocs = `${reference}/9d0b4b12e36f9-list-incidents`;

/** The most that PagerDuty puts on a page. */
export const pageSize = 100;

export const limit = z.int().min(1).optional().meta({ title: 'At most' });
export const incidentId = z.string().min(1).meta({ title: 'Incident' }).describe('The incident’s id, such as PT4KHLK.');

const referred = z.object({ id: z.string(), summary: z.string().nullish() });

export const incident = z.object({
  id: z.string(),
  incidentNumber: z.number(),
  title: z.string(),
  status: z.string().describe('triggered, acknowledged or resolved'),
  urgency: z.string().nullish(),
  priority: referred.nullish(),
  incidentKey: z.string().nullish(),
  htmlUrl: z.string(),
  createdAt: z.string(),
  service: referred.nullish(),
  escalationPolicy: referred.nullish(),
  assignments: z.array(z.object({ assignee: referred })).nullish(),
});
export type Incident = z.output<typeof incident>;

/** What a new incident says. `incidentKey` is PagerDuty’s: no second open incident of a service has it. */
export interface NewIncident {
  title: string;
  serviceId: string;
  details?: string;
  urgency?: 'high' | 'low';
  escalationPolicyId?: string;
  assigneeIds?: string[];
  incidentKey?: string;
}

/** What stands under a name in an answer’s body, such as `incident`. */
export function fieldOf({ body }: HttpResponse, name: string): JsonValue {
  return asObject(body)[name] ?? null;
}

/**
 * Opens an incident under a key. PagerDuty refuses a key that an open incident of the service has; then that incident is
 * the answer, so that a repeat of a call whose answer was lost opens no second one.
 */
export async function openIncident(
  { http, idempotencyKey }: Host,
  input: NewIncident,
): Promise<Incident & { created: boolean }> {
  const incidentKey = input.incidentKey ?? `castellan-${idempotencyKey}`;
  const body = { incident: newIncident({ ...input, incidentKey }) };
  const response = await http.send({ method: 'POST', path: path`/incidents`, accept: [400], body });
  if (response.status !== 400) {
    // Checked with the operation's output.
    return { ...(camelKeys(fieldOf(response, 'incident')) as unknown as Incident), created: true };
  }
  const words = errorWords(response);
  if (/dedup key already exists/i.test(words)) {
    return { ...(await findOpenIncident(http, input.serviceId, incidentKey)), created: false };
  }
  throw new FatalError(`PagerDuty refused (400): ${words}`, { status: 400, vendorMessage: words });
}

function newIncident({
  title,
  serviceId,
  details,
  urgency,
  escalationPolicyId,
  assigneeIds,
  incidentKey,
}: NewIncident) {
  return {
    type: 'incident',
    title,
    service: { id: serviceId, type: 'service_reference' },
    incident_key: incidentKey ?? null,
    ...(details ? { body: { type: 'incident_body', details } } : {}),
    ...(urgency ? { urgency } : {}),
    ...(escalationPolicyId
      ? { escalation_policy: { id: escalationPolicyId, type: 'escalation_policy_reference' } }
      : {}),
    ...(assigneeIds?.length
      ? { assignments: assigneeIds.map((id) => ({ assignee: { id, type: 'user_reference' } })) }
      : {}),
  };
}

async function findOpenIncident(http: HttpClient, serviceId: string, incidentKey: string): Promise<Incident> {
  const query = { incident_key: incidentKey, 'service_ids[]': serviceId };
  const response = await http.send({ method: 'GET', path: path`/incidents`, query });
  const listed = parseAnswer(z.array(incident), camelKeys(fieldOf(response, 'incidents')), listDocs);
  const found = listed.find(({ status }) => status !== 'resolved');
  if (found) return found;
  throw new RetryableError(`PagerDuty refuses the key ${incidentKey} as that of an open incident, but shows none.`);
}

/** PagerDuty’s message with its details. REST: `{ error: { message, code, errors: […] } }`; events: without `error`. */
export function errorWords(response: HttpResponse): string {
  const given = errorShape.safeParse(fieldOf(response, 'error') ?? response.body);
  const words = given.success ? [given.data.message, ...(given.data.errors ?? [])].filter(Boolean).join(': ') : '';
  return words.slice(0, 500) || 'no reason given';
}

const errorShape = z.object({ message: z.string().optional(), errors: z.array(z.string()).optional() });
