import { type Host, type HttpResponse, type JsonObject, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { type Employee, nameOf, reference, textOf } from './bamboohr-shapes.js';

const standardFields = [
  ...['firstName', 'lastName', 'preferredName', 'workEmail', 'status', 'jobTitleName', 'department', 'division'],
  ...['location', 'employmentStatus', 'hireDate', 'terminationDate', 'reportsToId', 'reportsToName'],
];

const answered = z.record(z.string(), z.json());

/** Reads an employee with the manager's e-mail. Rejects with FatalError (404) if there is none. */
export async function readEmployee({ http }: Host, id: string, further: string[] = []): Promise<Employee> {
  const response = await http.send(employeeRequest(id, [...standardFields, ...further]));
  const fields = answerOf(response);
  const managerId = textOf(fields.reportsToId);
  return {
    id: String(fields.id),
    name: nameOf(fields),
    firstName: textOf(fields.firstName),
    lastName: textOf(fields.lastName),
    preferredName: textOf(fields.preferredName),
    workEmail: textOf(fields.workEmail),
    status: textOf(fields.status),
    jobTitle: textOf(fields.jobTitleName),
    department: textOf(fields.department),
    division: textOf(fields.division),
    location: textOf(fields.location),
    employmentStatus: textOf(fields.employmentStatus),
    hireDate: textOf(fields.hireDate),
    terminationDate: textOf(fields.terminationDate),
    managerId,
    managerName: textOf(fields.reportsToName),
    managerEmail: managerId === null ? null : await readEmail(http, managerId),
    fields: Object.fromEntries(further.map((name) => [name, fields[name] ?? null])),
  };
}

/** The values of some fields, those that the key may see; null where there is none. */
export async function readFields({ http }: Host, id: string, names: string[]): Promise<JsonObject> {
  const fields = answerOf(await http.send(employeeRequest(id, names)));
  return Object.fromEntries(names.map((name) => [name, fields[name] === '' ? null : (fields[name] ?? null)]));
}

/** A manager whom the key may not see has no address here. */
async function readEmail(http: Host['http'], id: string): Promise<string | null> {
  const response = await http.send({ ...employeeRequest(id, ['workEmail']), accept: [403, 404] });
  return response.status === 200 ? textOf(answerOf(response).workEmail) : null;
}

const employeeRequest = (id: string, names: string[]) => ({
  method: 'GET' as const,
  path: path`/api/v1/employees/${id}`,
  query: { fields: [...new Set(names)].join(',') },
});

const answerOf = ({ body }: HttpResponse): JsonObject =>
  parseAnswer(answered, body, `${reference}/get-employee`) as JsonObject;
