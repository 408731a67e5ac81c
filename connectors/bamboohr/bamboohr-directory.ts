import { type JsonObject, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { listOf, nameOf, reference, textOf } from './bamboohr-shapes.js';

const words = z.string().nullable();

const directoryPerson = z.object({
  id: z.string(),
  name: z.string(),
  firstName: words,
  lastName: words,
  workEmail: words,
  jobTitle: words,
  department: words,
  division: words,
  location: words,
  managerName: words,
  fields: z
    .record(z.string(), z.unknown())
    .describe('What else the company shows in its directory, by the field’s id.'),
});

const directoryField = z.object({ id: z.string(), name: z.string(), type: z.string() });

const directoryAnswer = z.object({
  fields: z.array(directoryField),
  employees: z.array(z.record(z.string(), z.json())),
});

/** Which fields a company shows is its own choice: those that it does not show are null. */
function personOf(shown: JsonObject): z.output<typeof directoryPerson> {
  const { id, displayName, supervisor, ...others } = shown;
  const { firstName, lastName, workEmail, jobTitle, department, division, location, ...fields } = others;
  return {
    id: String(id),
    name: textOf(displayName) ?? nameOf(shown),
    firstName: textOf(firstName),
    lastName: textOf(lastName),
    workEmail: textOf(workEmail),
    jobTitle: textOf(jobTitle),
    department: textOf(department),
    division: textOf(division),
    location: textOf(location),
    managerName: textOf(supervisor),
    fields,
  };
}

export const directoryOperations = {
  listDirectory: operation({
    title: 'List the company directory',
    docs: `${reference}/get-employees-directory`,
    summary:
      'The active employees with what the company shows of them to everybody: a key needs no right to their records. BambooHR refuses it (403) where the directory is not shared, and answers an empty directory with “not found” (404).',
    input: z.strictObject({
      includeFuture: z
        .boolean()
        .optional()
        .meta({ title: 'Also who starts later' })
        .describe('With those whose hire date or employment status takes effect in the future.'),
    }),
    output: listOf(directoryPerson).extend({
      fields: z.array(directoryField).describe('The fields that the company shows in its directory.'),
    }),
    effect: 'read',
    request: ({ includeFuture }) => ({
      method: 'GET',
      path: path`/api/v1/employees/directory`,
      query: { onlyCurrent: includeFuture ? false : undefined },
    }),
    response({ body }) {
      const { fields, employees } = parseAnswer(directoryAnswer, body, `${reference}/get-employees-directory`);
      return { items: employees.map(personOf), fields };
    },
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ id: '103', name: 'Jane Doe', firstName: 'Jane', lastName: 'Doe', workEmail: 'jane.doe@example.com' },
            ...{ jobTitle: 'Senior Software Engineer', department: 'Engineering', division: null, location: 'Berlin' },
            ...{ managerName: 'Marco Reyes', fields: { workPhone: null } },
          },
        ],
        fields: [{ id: 'workPhone', name: 'Work Phone', type: 'text' }],
      },
    },
  }),
};
