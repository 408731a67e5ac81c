import { describe, expect, it } from 'vitest';
import { evaluate, filterOf, flowOf, outputOf } from './template-flow.js';

const flow = flowOf('manager-change-certification');
const shapeOf = <T>(step: string, context: object) => outputOf(flow, step, context) as Promise<T>;

describe('What starts it', () => {
  const starts = (trigger: string, body: object) =>
    evaluate(filterOf(flow, trigger), {
      trigger: { body },
    });

  it('is a change of the manager, alone or among others', async () => {
    const changed = (...attributes: string[]) => ({ changes: attributes.map((attribute) => ({ attribute })) });
    expect(await starts('sailpoint', changed('department', 'manager'))).toBe(true);
    expect(await starts('sailpoint', changed('department'))).toBe(false);
    expect(await starts('workday', { fields: ['managerEmail'] })).toBe(true);
    expect(await starts('workday', { fields: ['location'] })).toBe(false);
    expect(await starts('bamboohr', { fields: ['jobTitle', 'managerName'] })).toBe(true);
    expect(await starts('bamboohr', { fields: ['jobTitle'] })).toBe(false);
  });
});

describe('The person and the new manager', () => {
  interface Person {
    email: string | null;
    managerEmail?: string;
    identityId?: string;
    managerId?: string;
    problem: string | null;
  }
  const person = (told: object, over: object = {}) =>
    shapeOf<Person>('person', { steps: { change: { output: told }, ...over } });
  const hris = { source: 'Workday', name: 'Tom', email: 'tom@x', managerEmail: 'marco@x', managerName: 'Marco' };
  const found = (...ids: string[]) => ({ output: { items: ids.map((id) => ({ id })) } });

  it('are as SailPoint says now, where SailPoint told', async () => {
    const over = {
      identity: { output: { id: 'i1', emailAddress: 'Jane@x', managerRef: { id: 'i2', name: 'Marco' } } },
      manager_identity: { output: { id: 'i2', emailAddress: 'marco@x' } },
    };
    expect(await person({ source: 'SailPoint', name: 'Jane' }, over)).toMatchObject({
      ...{ email: 'jane@x', managerEmail: 'marco@x', identityId: 'i1', managerId: 'i2', problem: null },
    });
  });

  it('are as Workday and BambooHR tell, whatever SailPoint still says, and found there by e-mail', async () => {
    const over = { identities: found('i5'), manager_identities: found('i2') };
    expect(await person(hris, over)).toMatchObject({ managerEmail: 'marco@x', identityId: 'i5', managerId: 'i2' });
  });

  it('are not guessed where SailPoint knows several of that address, or none', async () => {
    for (const identities of [found(), found('i5', 'i6')]) {
      expect((await person(hris, { identities, manager_identities: found('i2') })).identityId).toBeUndefined();
    }
  });

  it('are a problem where an address is missing, SailPoint fails, or both are one', async () => {
    const problemOf = async (told: object, over?: object) => (await person(told, over)).problem;
    expect(await problemOf({ ...hris, email: undefined })).toMatch(/^Workday has no e-mail/);
    expect(await problemOf({ ...hris, managerEmail: undefined })).toMatch(/^Workday names no manager/);
    expect(await problemOf({ ...hris, managerEmail: 'tom@x' })).toMatch(/review themselves/);
    const failing = { identity: { output: null, error: { message: 'No.' } } };
    expect(await problemOf({ source: 'SailPoint', name: 'Jane' }, failing)).toMatch(/could not be asked.*No\./);
  });
});

describe('The report', () => {
  interface Report {
    begun: string[];
    errors: string[];
    complete: boolean;
    outcome: string;
  }
  const who = {
    name: 'Tom',
    email: 'tom@x',
    managerEmail: 'marco@x',
    identityId: 'i5',
    managerId: 'i2',
    problem: null,
  };
  const report = (over: object, where = 'SailPoint and Opal', person: object = who, mode = 'live') =>
    shapeOf<Report>('report', { vars: { where }, run: { mode }, steps: { person: { output: person }, ...over } });
  const both = { active: { output: { name: 'C' } }, reviews: { output: { name: 'R' } } };
  const failed = { output: null, error: { message: 'No.' } };

  it('counts as started only what was read again', async () => {
    expect(await report(both)).toMatchObject({
      begun: ['SailPoint campaign “C”', 'Opal access review “R”'],
      ...{ errors: [], complete: true },
    });
    const made = {
      campaign: { output: { id: 'c1' } },
      active: failed,
      review: { output: { uarId: 'r1' } },
      reviews: failed,
    };
    expect(await report(made)).toMatchObject({
      begun: [],
      errors: ['SailPoint does not show the campaign as started: No.', 'Opal does not show the access review: No.'],
      complete: false,
    });
  });

  it('names what was refused, and whom a system does not know', async () => {
    expect((await report({ ...both, active: {}, campaign: failed })).errors).toEqual(['no campaign: No.']);
    expect((await report({ reviews: both.reviews }, undefined, { ...who, managerId: undefined })).errors).toEqual([
      'SailPoint does not know the manager marco@x',
    ]);
    expect((await report({ active: both.active, opal_user: { output: { found: false } } })).errors).toEqual([
      'Opal does not know tom@x',
    ]);
  });

  it('does not ask for SailPoint where only Opal is wanted', async () => {
    const alone = await report({ reviews: both.reviews }, 'Opal', {
      ...who,
      identityId: undefined,
      managerId: undefined,
    });
    expect(alone).toMatchObject({ errors: [], complete: true });
  });

  it('says of a plan what it would start', async () => {
    const planned = { campaign: { output: { id: 'c1' } }, review: { output: { uarId: 'r1' } } };
    expect(await report(planned, undefined, who, 'plan')).toMatchObject({
      begun: ['SailPoint campaign (planned)', 'Opal access review (planned)'],
      complete: true,
    });
  });
});
