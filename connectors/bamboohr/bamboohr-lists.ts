import { type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { listOf, reference } from './bamboohr-shapes.js';

const fieldShape = z.object({
  id: z.union([z.string(), z.number()]),
  name: z.string(),
  type: z.string(),
  alias: z.string().nullish(),
  deprecated: z.boolean().nullish(),
});

const listShape = z.object({
  alias: z.string().nullish(),
  options: z.array(z.object({ id: z.number(), name: z.string(), archived: z.string().nullish() })).nullish(),
});

/** What can be chosen in one of BambooHR's lists, without what is archived. Lists are told by their alias. */
const optionsOf = (title: string, aliases: string[], sample: string) =>
  operation({
    title: `List ${title}`,
    docs: `${reference}/list-list-fields`,
    summary: `The ${title} that can be chosen in BambooHR.`,
    input: z.strictObject({}),
    output: listOf(z.object({ id: z.int(), name: z.string() })),
    choice: { value: 'name', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/api/v1/meta/lists`, query: { format: 'json' } }),
    response: ({ body }) => ({ items: currentOptions(body, aliases) }),
    sample: { input: {}, output: { items: [{ id: 1, name: sample }] } },
  });

function currentOptions(body: JsonValue, aliases: string[]) {
  const lists = parseAnswer(z.array(listShape), body, `${reference}/list-list-fields`);
  const options = lists.filter(({ alias }) => alias && aliases.includes(alias)).flatMap(({ options }) => options ?? []);
  return options.filter(({ archived }) => archived !== 'yes').map(({ id, name }) => ({ id, name }));
}

export const listOperations = {
  listFields: operation({
    title: 'List fields',
    docs: `${reference}/list-fields`,
    summary: 'The fields of employees, those of your company included.',
    input: z.strictObject({}),
    output: listOf(z.object({ field: z.string(), name: z.string(), type: z.string() })),
    choice: { value: 'field', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/api/v1/meta/fields` }),
    response: ({ body }) => ({
      items: parseAnswer(z.array(fieldShape), body, `${reference}/list-fields`)
        .filter(({ deprecated }) => !deprecated)
        .map(({ id, alias, name, type }) => ({ field: alias ?? String(id), name, type })),
    }),
    sample: { input: {}, output: { items: [{ field: 'workEmail', name: 'Work Email', type: 'email' }] } },
  }),

  listDepartments: optionsOf('departments', ['department'], 'Engineering'),
  listDivisions: optionsOf('divisions', ['division'], 'Europe'),
  listLocations: optionsOf('locations', ['location'], 'Berlin'),
  listJobTitles: optionsOf('job titles', ['jobTitle'], 'Data Engineer'),
  listEmploymentStatuses: optionsOf(
    'employment statuses',
    ['employmentStatus', 'employmentHistoryStatus'],
    'Full-Time',
  ),
};
