import type { Page } from 'playwright-core';

/** The dialog that does a run again. */
export function retryDialog(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Retry the run' });
  const effects = dialog.getByRole('region', { name: 'Changes in other systems' });
  return {
    dialog,
    /** From the header of the run's page. */
    open: () => page.getByRole('main').getByRole('button', { name: 'Retry', exact: true }).click(),
    text: () => dialog.textContent(),
    from: (place: 'start' | 'step' | 'failed') => dialog.locator(`input[type="radio"][value="${place}"]`).check(),
    /** Each write with what becomes of it. */
    effects: () => effects.getByRole('listitem').allInnerTexts(),
    again: (write: string) => effects.getByRole('checkbox', { name: `Do it again: ${write}` }).check(),
    /** Makes the retry, whose page opens. */
    confirm: () => dialog.getByRole('button', { name: 'Retry', exact: true }).click(),
  };
}
