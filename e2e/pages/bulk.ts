import type { Page } from 'playwright-core';
import { literally } from './literally.js';

/** Choosing runs in their list, and what is done to all of them. */
export function bulk(page: Page) {
  const bar = page.getByRole('toolbar', { name: 'Chosen runs' });
  const dialog = page.getByRole('dialog', { name: /^(Retry|Cancel) runs$/ });
  return {
    bar,
    dialog,
    chooseAllInSight: () => page.getByRole('checkbox', { name: 'Choose all runs in sight' }).check(),
    choose: (about: string) => page.getByRole('checkbox', { name: new RegExp(`about ${literally(about)}$`) }).check(),
    /** Opens the dialog. */
    ask: (verb: 'Retry' | 'Cancel') => bar.getByRole('button', { name: verb, exact: true }).click(),
    consequences: () => dialog.getByRole('region', { name: 'What would happen' }).textContent(),
    writes: async () => {
      const table = dialog.getByRole('table', { name: 'Changes in other systems' });
      return (await table.getByRole('row').allInnerTexts()).slice(1);
    },
    confirm: (words: string) => dialog.getByRole('button', { name: words, exact: true }).click(),
    /** On the action's page. */
    progress: () => page.getByRole('main').getByRole('status').first().textContent(),
    stop: () => page.getByRole('button', { name: 'Stop', exact: true }).click(),
    show: (which: 'All' | 'Refused' | 'Done' | 'Left alone') =>
      page
        .getByRole('radiogroup', { name: 'Which runs are shown' })
        .getByText(new RegExp(`^${which} \\d`))
        .click(),
    runs: async () => {
      const table = page.getByRole('table', { name: 'Runs of the action' });
      return (await table.getByRole('row').allInnerTexts()).slice(1);
    },
  };
}
