import type { Page } from 'playwright-core';
import { literally } from './literally.js';

/** The history of runs. */
export function runs(page: Page) {
  const filters = page.getByRole('search', { name: 'Filter runs' });
  return {
    /** Every row, as text. */
    rows: async () => {
      const rows = await page.getByRole('table', { name: 'Runs' }).getByRole('row').allInnerTexts();
      return rows.slice(1);
    },
    filter: async (name: 'Flow' | 'Status' | 'Time', choice: string) => {
      await filters.getByRole('combobox', { name }).click();
      await page.getByRole('option', { name: choice, exact: true }).click();
    },
    search: (text: string) => filters.getByRole('searchbox', { name: 'Search runs' }).fill(text),
    open: (row: string) =>
      page
        .getByRole('row', { name: new RegExp(literally(row)) })
        .getByRole('link')
        .first()
        .click(),
  };
}
