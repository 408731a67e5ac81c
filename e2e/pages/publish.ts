import type { Page } from 'playwright-core';

/** The dialog that publishes the draft of the open editor. */
export function publishDialog(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Publish' });
  const inFlight = dialog.getByRole('region', { name: 'Runs that have not ended' });
  return {
    dialog,
    inFlight,
    open: () => page.getByRole('button', { name: 'Publish' }).click(),
    changes: () => dialog.getByRole('list', { name: 'Changes' }).textContent(),
    /** The runs that have not ended, row by row. */
    runs: async () => (await inFlight.getByRole('table').getByRole('row').allInnerTexts()).slice(1),
    choose: (what: 'They finish on their version' | 'They are cancelled') =>
      inFlight.getByRole('radio', { name: what }).check(),
    takeBack: inFlight.getByRole('checkbox', { name: 'Take back what they did' }),
    confirm: () => dialog.getByRole('button', { name: 'Publish', exact: true }).click(),
    seeHowFar: () => dialog.getByRole('link', { name: 'See how far that is' }).click(),
  };
}
