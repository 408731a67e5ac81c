import type { HttpResponse, JsonObject, JsonValue } from '@castellan/sdk';
import { z } from 'zod';

export const reference = 'https://documentation.bamboohr.com/reference';

export const employeeId = z
  .string()
  .regex(/^[1-9]\d*$/, 'The number by which BambooHR knows the employee, such as 103.')
  .meta({ title: 'Employee' })
  .describe('The id of the employee record.');

export const email = z
  .email()
  .optional()
  .meta({ title: 'E-mail' })
  .describe('Names the person in plan and evidence, and is what protected people are held back by. Not sent.');

export const day = z.iso.date();

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

/** Whom a write is about. */
export const subjectOf = ({ employeeId: id, email }: { employeeId: string; email?: string | undefined }) => ({
  type: 'bamboohr_employee',
  id,
  ...(email ? { email } : {}),
});

const words = z.string().nullable();

/** What lists say of an employee. */
export const employeeSummary = z.object({
  id: z.string(),
  name: z.string(),
  firstName: words,
  lastName: words,
  workEmail: words,
  status: words.describe('Active or Inactive.'),
  jobTitle: words,
  department: words,
  division: words,
  location: words,
  hireDate: words,
  managerId: words,
  managerName: words,
});

/** What is known of one employee. Fields that the key may not see are null. */
export const employee = employeeSummary.extend({
  preferredName: words,
  employmentStatus: words,
  terminationDate: words,
  managerEmail: words.describe('The work e-mail of the person that the employee reports to.'),
  fields: z.record(z.string(), z.unknown()).describe('The further fields that were asked for.'),
});

export type Employee = z.output<typeof employee>;

/** BambooHR writes an empty date as zeros, and an empty text as such. */
export const textOf = (value: JsonValue | undefined): string | null =>
  typeof value !== 'string' || value === '' || value === '0000-00-00' ? null : value;

export const nameOf = (fields: JsonObject): string =>
  [textOf(fields.firstName), textOf(fields.lastName)].filter((part) => part !== null).join(' ');

/** BambooHR says what is wrong in a header; newer calls say it in the body. */
export function errorWords({ headers, body }: HttpResponse): string | undefined {
  const said = headers['x-bamboohr-error-message'];
  if (said) return said;
  const { data } = errorBody.safeParse(body);
  return data?.errors.map(({ error, issues = [] }) => [error, ...issues].join(' ')).join('; ');
}

const errorBody = z.object({
  errors: z.array(z.object({ error: z.string(), issues: z.array(z.string()).optional() })),
});
