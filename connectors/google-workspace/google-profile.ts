import { definedOnly, type JsonObject } from '@castellan/sdk';
import { z } from 'zod';
import type { User } from './google-shapes.js';

const text = (title: string) => z.string().optional().meta({ title });

/** What can be changed of a user in one field each; an empty text clears it. */
export const profile = {
  givenName: z.string().min(1).max(60).optional().meta({ title: 'First name' }),
  familyName: z.string().min(1).max(60).optional().meta({ title: 'Last name' }),
  orgUnitPath: z
    .string()
    .regex(/^\//)
    .optional()
    .meta({ title: 'Organisational unit', examples: ['/Engineering'] }),
  title: text('Job title'),
  department: text('Department'),
  costCenter: text('Cost centre'),
  manager: text('Manager’s e-mail'),
  employeeId: text('Employee id'),
  recoveryEmail: text('Recovery e-mail'),
  recoveryPhone: text('Recovery phone').describe('With a + and the country’s code.'),
};
const profileShape = z.object(profile);
type Profile = z.output<typeof profileShape>;

/** Fields that stand in one of Google's lists; to change one, the whole list is sent. */
const inLists = ['title', 'department', 'costCenter', 'manager', 'employeeId'] as const;

/** Whether a change needs to know what is there. */
export const touchesLists = (input: Profile): boolean => inLists.some((name) => input[name] !== undefined);

/** The user's fields as `profile` has them. */
export function profileOf({ name, orgUnitPath, recoveryEmail, recoveryPhone, ...lists }: User): Required<Profile> {
  const job = lists.organizations.find(isJob);
  return {
    ...{ givenName: name.givenName ?? '', familyName: name.familyName ?? '', orgUnitPath: orgUnitPath ?? '/' },
    ...{ title: job?.title ?? '', department: job?.department ?? '', costCenter: job?.costCenter ?? '' },
    manager: lists.relations.find(isManager)?.value ?? '',
    employeeId: lists.externalIds.find(isEmployeeId)?.value ?? '',
    ...{ recoveryEmail: recoveryEmail ?? '', recoveryPhone: recoveryPhone ?? '' },
  };
}

type Lists = Pick<User, 'organizations' | 'relations' | 'externalIds'>;
const noLists: Lists = { organizations: [], relations: [], externalIds: [] };

/** The body that changes these fields; what else stands in a list that is changed stays there. */
export function profileBody(input: Profile, held: Lists = noLists): JsonObject {
  const { givenName, familyName, orgUnitPath, recoveryEmail, recoveryPhone } = input;
  const { title, department, costCenter, manager, employeeId } = input;
  const body: JsonObject = { ...definedOnly({ orgUnitPath, recoveryEmail, recoveryPhone }) };
  const name = definedOnly({ givenName, familyName });
  if (Object.keys(name).length > 0) body.name = name;
  const job = definedOnly({ title, department, costCenter });
  if (Object.keys(job).length > 0) {
    const current = held.organizations.find(isJob) ?? { primary: true, type: 'work' };
    const others = held.organizations.filter((one) => one !== current);
    body.organizations = [{ ...current, ...job }, ...others] as JsonObject[];
  }
  if (manager !== undefined) {
    body.relations = withOnly(held.relations, isManager, manager, 'manager');
  }
  if (employeeId !== undefined) {
    body.externalIds = withOnly(held.externalIds, isEmployeeId, employeeId, 'organization');
  }
  return body;
}

const isJob = ({ primary, type }: User['organizations'][number]) => primary === true || type === 'work';
const isManager = ({ type }: User['relations'][number]) => type === 'manager';
const isEmployeeId = ({ type }: User['externalIds'][number]) => type === 'organization';

function withOnly<T extends { value: string }>(list: T[], is: (one: T) => boolean, value: string, type: string) {
  const others = list.filter((one) => !is(one));
  return (value === '' ? others : [{ value, type }, ...others]) as unknown as JsonObject[];
}
