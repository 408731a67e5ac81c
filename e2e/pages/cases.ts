import type { Page } from 'playwright-core';

/** The test cases of a flow, in the editor. */
export function cases(page: Page) {
  const panel = page.getByRole('complementary', { name: 'Test cases' });
  const card = (name: string) => panel.getByRole('listitem', { name, exact: true });
  return {
    panel,
    /** From the page of a run. */
    saveRun: async (name: string) => {
      await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Save as a test' }).click();
      const dialog = page.getByRole('dialog', { name: 'Save as a test' });
      await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await panel.waitFor();
    },
    runAll: () => panel.getByRole('button', { name: 'Run all' }).click(),
    sum: () => panel.getByRole('status').textContent(),
    coverage: () => panel.getByRole('region', { name: 'Coverage' }).textContent(),
    text: (name: string) => card(name).textContent(),
    accept: (name: string) => card(name).getByRole('button', { name: 'Accept what happened' }).click(),
    choose: async (name: string, item: 'Edit' | 'Delete') => {
      await panel.getByRole('button', { name: `More about ${name}` }).click();
      await page.getByRole('menuitem', { name: item }).click();
    },
    expectOf: async (step: string, choice: string) => {
      await panel.getByRole('combobox', { name: `What ${step} does` }).click();
      await page.getByRole('option', { name: choice, exact: true }).click();
    },
    save: () => panel.getByRole('button', { name: 'Save', exact: true }).click(),
  };
}
