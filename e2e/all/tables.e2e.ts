import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableInfo, TableRowInfo } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserRemedy, findBrowser } from '../../cli/browser.mjs';
import { deliver, endOf, publishFlow, wires } from '../../server/test/harness/flows.js';
import type { Stack } from '../../server/test/harness/stack.js';
import { eventually, type TestBrowser } from '../browser.js';
import { type SignedIn, startSignedIn } from '../signed-in.js';

const program = await findBrowser(console.log);
const story = program === undefined ? `the browser tests are left out: ${browserRemedy}` : 'a table, in the browser';

/** A person makes a role map, fills it, sees what a flow did to it, and takes that back. */
describe.skipIf(program === undefined)(story, () => {
  let on: SignedIn;
  let stack: Stack;
  let browser: TestBrowser;
  let table: TableInfo;

  beforeAll(async () => {
    on = await startSignedIn(program!);
    ({ stack, browser } = on);
  });

  afterAll(() => on?.stop());

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => browser.keepPictures(task.name));
  });

  const main = () => browser.page.getByRole('main');
  const grid = () => browser.page.getByRole('table', { name: 'Rows' });
  const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click();
  const rowsNow = async () =>
    (await stack.admin.inWorkspace<{ items: TableRowInfo[] }>('GET', `/tables/${table.id}/rows`)).body.items;

  test('is made with its columns and what tells its rows apart', async () => {
    const { page } = browser;
    await page.goto(on.address('/tables'));
    await page.getByRole('link', { name: 'New table' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Role map');
    await page.getByRole('textbox', { name: 'Title' }).fill('Department');
    await press('Add column');
    await page.getByRole('textbox', { name: 'Title' }).nth(1).fill('Resource');
    await page.getByRole('checkbox', { name: 'Tells rows apart' }).nth(1).check();
    await press('Add column');
    await page.getByRole('textbox', { name: 'Title' }).nth(2).fill('Access level');
    await press('Make table');
    await eventually(() => main().textContent()).toContain('The table has no rows yet.');
    const { body } = await stack.admin.inWorkspace<{ items: TableInfo[] }>('GET', '/tables');
    table = body.items[0] as TableInfo;
    expect(table).toMatchObject({ name: 'Role map', key: ['department', 'resource'] });
    expect(table.columns.map(({ name }) => name)).toEqual(['department', 'resource', 'access_level']);
  });

  test('gets a row in a form that says what is missing, and shows it', async () => {
    const { page } = browser;
    await page.getByRole('button', { name: 'Add row' }).first().click();
    const form = page.getByRole('dialog', { name: 'New row' });
    await form.getByLabel('Department').fill('Engineering');
    await form.getByRole('button', { name: 'Add row' }).click();
    await eventually(() => form.textContent()).toContain('A row needs a value of “Resource”.');
    await form.getByLabel('Resource').fill('AWS');
    await form.getByLabel('Access level').fill('read');
    await form.getByRole('button', { name: 'Add row' }).click();
    await form.waitFor({ state: 'hidden' });
    await eventually(() => grid().textContent()).toContain('EngineeringAWSread');
  });

  test('takes in a CSV file after it said what that does, and a wrong one not at all', async () => {
    const { page } = browser;
    const file = join(tmpdir(), `castellan-roles-${process.pid}.csv`);
    await press('Take in CSV');
    const dialog = page.getByRole('dialog');
    writeFileSync(file, 'Department,Resource,Access level\nSales,,read\n');
    const choose = () => page.locator('input[type="file"]').setInputFiles(file);
    await choose();
    await eventually(() => dialog.textContent()).toContain('A row needs a value of “Resource”.');
    expect(await dialog.getByRole('button', { name: 'Take it in' }).isDisabled()).toBe(true);
    const lines = Array.from({ length: 150 }, (_, n) => `Team ${n % 3},Resource ${String(n).padStart(3, '0')},read`);
    writeFileSync(file, `Department,Resource,Access level\nEngineering,AWS,write\n${lines.join('\n')}\n`);
    await choose();
    await eventually(() => dialog.textContent()).toContain('It would: add 150, change 1, remove 0');
    await dialog.getByRole('button', { name: 'Take it in' }).click();
    await eventually(() => dialog.textContent()).toContain('Taken in: 150 added, 1 changed');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await eventually(() => main().textContent()).toContain('151 of 151 rows');
  });

  test('is sorted, filtered and paged by its address', async () => {
    const { page } = browser;
    await page.getByRole('button', { name: 'Sort by Resource' }).click();
    await page.getByRole('button', { name: 'Sort by Resource' }).click();
    await eventually(() => grid().getByRole('row').nth(1).textContent()).toContain('Resource 149');
    await press('Show more');
    await eventually(() => grid().getByRole('row').count()).toBe(152);
    await press('Filter');
    const search = page.getByRole('search', { name: 'Filter rows' });
    await search.getByRole('textbox', { name: 'Value' }).fill('Team 1');
    await page.keyboard.press('Enter');
    await eventually(() => main().textContent()).toContain('50 of 151 rows');
    await page.reload();
    await eventually(() => main().textContent()).toContain('50 of 151 rows');
    await page.getByRole('button', { name: 'Remove the condition on Department' }).click();
    await eventually(() => main().textContent()).toContain('151 of 151 rows');
  });

  test('shows what a flow wrote, with its run, and a person puts it back', async () => {
    const { page } = browser;
    const flow = await publishFlow(stack.admin, {
      name: 'Writes a role',
      connections: { roles: { connector: 'table', title: 'Role map', id: table.id } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        put: {
          ...{ kind: 'action', title: 'Set the level', connection: 'roles', operation: 'upsert' },
          input: { key: { department: 'Engineering', resource: 'AWS' }, values: { access_level: 'admin' } },
        },
      },
      wires: wires('hook -> put'),
    });
    const { body } = await deliver(flow.hooks.hook as string, {});
    await endOf(stack.admin, body.runId as string);
    await page.goto(on.address(`/tables/${table.id}?tab=changes`));
    const changes = page.getByRole('table', { name: 'Changes' });
    await eventually(() => changes.textContent()).toContain('Access level write → admin');
    await changes.getByRole('link', { name: 'Run, step put' }).waitFor();
    await changes.getByRole('button', { name: 'Put back' }).first().click();
    await eventually(() => changes.textContent()).toContain('Access level admin → write');
    expect((await rowsNow())[0]?.values.access_level).toBe('write');
  });

  test('is chosen for a step in the editor, whose columns are offered', async () => {
    const { page } = browser;
    const draft = {
      ...{
        schema: 1,
        name: 'Reads roles',
        connections: { roles: { connector: 'table', title: 'Role map', id: table.id } },
      },
      triggers: { start: { kind: 'manual', input: { type: 'object', properties: {} } } },
      steps: {
        find: {
          ...{ kind: 'action', title: 'Find the role', connection: 'roles', operation: 'list' },
          input: { where: [{ column: 'department', op: 'eq', value: 'Engineering' }] },
        },
        put: {
          ...{ kind: 'action', title: 'Note it', connection: 'roles', operation: 'upsert' },
          input: { key: { department: 'Engineering', resource: 'AWS' }, values: { access_level: 'read' } },
        },
      },
      wires: wires('start -> find', 'find -> put'),
    };
    const made = await stack.admin.inWorkspace<{ id: string }>('POST', '/flows', { name: 'Reads roles', draft });
    await page.goto(on.address(`/flows/${made.body.id}?step=find`));
    const settings = page.getByRole('complementary', { name: 'Step settings' });
    await eventually(() => settings.textContent()).toContain('Sorted by');
  });

  test('gets another column, and is removed after a question when no flow names it any more', async () => {
    const { page } = browser;
    await page.goto(on.address(`/tables/${table.id}?tab=columns`));
    await press('Add column');
    await page.getByRole('textbox', { name: 'Title' }).nth(3).fill('Note');
    await press('Save columns');
    await page
      .getByRole('group', { name: 'Column Note' })
      .getByRole('textbox', { name: 'Name in expressions' })
      .waitFor();
    expect(await page.getByRole('button', { name: 'Remove table' }).isDisabled()).toBe(true);
    const { body } = await stack.admin.inWorkspace<{ items: { id: string }[] }>('GET', '/flows');
    for (const { id } of body.items) await stack.admin.inWorkspace('DELETE', `/flows/${id}`);
    await page.reload();
    await press('Remove table');
    await page.getByRole('dialog', { name: 'Remove Role map?' }).getByRole('button', { name: 'Remove' }).click();
    await eventually(() => main().textContent()).toContain('There is no table yet.');
  });

  test('never made the browser complain', () => {
    expect(browser.complaints).toEqual([]);
  });
});
