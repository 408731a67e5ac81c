import { type JsonValue, parseAnswer } from '@castellan/sdk';
import { z } from 'zod';

/** Workday's own reference asks for a Community account. */
export const docs = 'https://community.workday.com/sites/default/files/file-hosting/restapi/index.html';

export const reportDocs =
  'https://doc.workday.com/admin-guide/en-us/integrations/integration-tools/reports-as-a-service/dan1370797831010.html';

export const workerId = z
  .string()
  .regex(/^\S+$/)
  .meta({ title: 'Worker' })
  .describe('The Workday ID, or a reference such as Employee_ID=105.');

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

const text = z.string().nullable();

/** A worker with the primary job. */
export const worker = z.object({
  id: z.string().describe('The Workday ID.'),
  workerId: text.describe('The employee’s number.'),
  name: text,
  email: text,
  phone: text,
  workerType: text,
  jobTitle: text,
  jobProfile: text,
  department: text.describe('The supervisory organisation.'),
  organizationId: text,
  location: text,
  country: text,
});

export type Worker = z.output<typeof worker>;

const instance = z.object({ id: z.string().nullish(), descriptor: z.string().nullish() }).nullish();

const answeredWorker = z.object({
  id: z.string(),
  descriptor: z.string().nullish(),
  workerId: z.string().nullish(),
  workerType: instance,
  person: z.object({ email: z.string().nullish(), phone: z.string().nullish() }).nullish(),
  primaryJob: z
    .object({
      businessTitle: z.string().nullish(),
      jobProfile: instance,
      supervisoryOrganization: instance,
      location: z
        .object({ descriptor: z.string().nullish(), country: z.object({ descriptor: z.string().nullish() }).nullish() })
        .nullish(),
    })
    .nullish(),
});

export function workerOf(answer: JsonValue): Worker {
  const { id, descriptor, workerId, workerType, person, primaryJob } = parseAnswer(answeredWorker, answer, docs);
  const { businessTitle, jobProfile, supervisoryOrganization, location } = primaryJob ?? {};
  return {
    id,
    workerId: workerId ?? null,
    name: descriptor ?? null,
    email: person?.email ?? null,
    phone: person?.phone ?? null,
    workerType: workerType?.descriptor ?? null,
    jobTitle: businessTitle ?? null,
    jobProfile: jobProfile?.descriptor ?? null,
    department: supervisoryOrganization?.descriptor ?? null,
    organizationId: supervisoryOrganization?.id ?? null,
    location: location?.descriptor ?? null,
    country: location?.country?.descriptor ?? null,
  };
}

/** A supervisory organisation. */
export const organization = z.object({
  id: z.string(),
  name: text,
  code: text,
  inactive: z.boolean(),
  managers: z.array(z.object({ id: z.string(), name: text })),
});

const answeredOrganization = z.object({
  id: z.string(),
  name: z.string().nullish(),
  descriptor: z.string().nullish(),
  code: z.string().nullish(),
  inactive: z.boolean().nullish(),
  managers: z.array(z.object({ id: z.string(), descriptor: z.string().nullish() })).nullish(),
});

export function organizationOf(answer: JsonValue): z.output<typeof organization> {
  const { id, name, descriptor, code, inactive, managers } = parseAnswer(answeredOrganization, answer, docs);
  return {
    id,
    name: name ?? descriptor ?? null,
    code: code ?? null,
    inactive: inactive ?? false,
    managers: (managers ?? []).map((manager) => ({ id: manager.id, name: manager.descriptor ?? null })),
  };
}

const page = z.object({ data: z.array(z.json()).nullish(), total: z.int().nullish() });

export const pageOf = (body: JsonValue) => {
  const { data, total } = parseAnswer(page, body, docs);
  return { data: (data ?? []) as JsonValue[], total: total ?? 0 };
};
