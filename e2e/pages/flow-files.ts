import type { Page } from 'playwright-core';

/** Taking a flow out of the product and in again, from the list of flows or inside the editor. */
export function flowFiles(page: Page) {
  const importing = page.getByRole('dialog', { name: 'Import a flow' });
  const exporting = page.getByRole('dialog', { name: 'Export the flow' });
  const menu = async (item: 'Export' | 'Import') => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  return {
    importing,
    /** The text of the open flow, by the menu of the editor. */
    exported: async () => {
      await menu('Export');
      const text = await exporting.getByRole('textbox', { name: 'The flow as text' }).inputValue();
      await exporting.getByRole('button', { name: 'Close' }).click();
      return text;
    },
    /** What is downloaded as a file: its name. */
    savedAs: async () => {
      await menu('Export');
      const download = page.waitForEvent('download');
      await exporting.getByRole('button', { name: 'Save as a file' }).click();
      const name = (await download).suggestedFilename();
      await exporting.getByRole('button', { name: 'Close' }).click();
      return name;
    },
    openInEditor: () => menu('Import'),
    openInList: () => page.getByRole('button', { name: 'Import', exact: true }).click(),
    paste: (text: string) => importing.getByRole('textbox', { name: 'Or paste its text' }).fill(text),
    /** What the text holds, or why it holds no flow. */
    said: () => importing.textContent(),
    confirm: (verb: 'Make the flow' | 'Replace the draft') => importing.getByRole('button', { name: verb }).click(),
  };
}
