import type { Page } from 'playwright-core';
import { canvas } from './canvas.js';

/** The editor of a flow. */
export function editor(page: Page) {
  const settings = page.getByRole('complementary', { name: 'Step settings' });
  const trigger = page.getByRole('complementary', { name: 'Trigger settings' });
  const problems = page.getByRole('complementary', { name: 'Problems' });
  const dialog = page.getByRole('dialog', { name: 'Publish' });
  const banner = page.getByRole('alert').filter({ hasText: 'in the meantime' });
  const list = page.getByRole('complementary', { name: 'Versions' });
  return {
    /** The palette where a step is wanted. */
    picker: {
      choose: async (text: string) => {
        const wanted = page.getByRole('dialog', { name: 'Add a step' });
        await wanted.getByRole('combobox', { name: 'Search steps' }).fill(text);
        await page.keyboard.press('Enter');
        await wanted.waitFor({ state: 'detached' });
      },
    },
    /** What is told when somebody else saved. */
    conflict: {
      text: () => banner.textContent(),
      take: (choice: 'Load theirs' | 'Keep mine on top') => banner.getByRole('button', { name: choice }).click(),
    },
    versions: {
      open: () => page.getByRole('button', { name: 'Versions', exact: true }).click(),
      restore: async (number: number) => {
        const version = list.getByRole('listitem').filter({ hasText: `Version ${number}` });
        await version.getByRole('button', { name: 'Compare' }).click();
        await version.getByRole('button', { name: 'Restore as draft' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      },
    },
    canvas: canvas(page.getByRole('region', { name: 'Canvas' })),
    settings,
    /** Adds what the palette offers, of one system where several offer the like; it is put beside nothing when nothing is chosen. */
    add: async (title: string, system?: string) => {
      const palette = page.getByRole('complementary', { name: 'Palette' });
      const search = palette.getByRole('combobox', { name: 'Search steps' });
      await search.fill(system === undefined ? title : `${title} ${system}`);
      const offered = system === undefined ? palette : palette.getByRole('group', { name: system, exact: true });
      await offered.getByRole('option', { name: title }).first().click();
      await search.fill('');
    },
    undo: () => page.getByRole('button', { name: 'Undo', exact: true }).click(),
    redo: () => page.getByRole('button', { name: 'Redo', exact: true }).click(),
    save: () => page.keyboard.press('Control+S'),
    /** Whether everything is saved, in words. */
    saved: () => page.getByText(/^(Saved|Saving|Unsaved changes|Not saved.*)$/).textContent(),
    problemCount: () => page.getByRole('button', { name: /^(No problems|\d+ problems?|\d+ warnings?)$/ }),
    /** The list of problems, opened; each with its place. */
    problems: async () => {
      await page.getByRole('button', { name: /^\d+ problems?$/ }).click();
      return problems.getByRole('listitem').allInnerTexts();
    },
    goToProblem: (text: string) => problems.getByRole('button', { name: text }).click(),
    /** What stands in the way of publishing. */
    hindrances: async () => {
      await page.getByRole('button', { name: 'Publish' }).click();
      const found = await dialog.getByRole('listitem').allInnerTexts();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      return found;
    },
    publish: async (note: string) => {
      await page.getByRole('button', { name: 'Publish' }).click();
      await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
      await dialog.getByRole('button', { name: 'Publish' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
    /** Of the open trigger: its address, by the button that copies it. */
    copyAddress: async () => {
      await trigger.getByRole('button', { name: 'Copy address' }).click();
      return page.evaluate<string>('navigator.clipboard.readText()');
    },
    sample: trigger.getByRole('textbox', { name: 'Body of the sample' }),
    sendSample: () => trigger.getByRole('button', { name: 'Send sample' }).click(),
    /** Of an open manual trigger: runs the published version with its form as it is. */
    runByHand: async () => {
      await trigger.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    },
    openRun: () =>
      page.getByRole('region', { name: 'Run', exact: true }).getByRole('link', { name: 'Open the run' }).click(),
  };
}
