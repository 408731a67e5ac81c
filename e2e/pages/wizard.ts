import type { Page } from 'playwright-core';

/** The wizard that installs a template. */
export function wizard(page: Page) {
  const slot = (title: string) => page.getByRole('region', { name: title, exact: true });
  return {
    open: (title: string) => page.getByRole('link', { name: title }).click(),
    next: () => page.getByRole('button', { name: 'Continue' }).click(),
    /** The step that is shown, by its name in the list at the left. */
    step: () =>
      page.getByRole('navigation', { name: 'Steps of the installation' }).locator('[aria-current=step]').textContent(),
    /** Makes a connection on the spot, which only receives, with the secret that the vendor will send. */
    receive: async (title: string, secret: string) => {
      await slot(title).getByRole('radio', { name: 'New connection' }).check();
      await slot(title).getByLabel('Webhook secret').fill(secret);
      await slot(title).getByRole('button', { name: 'Save and test' }).click();
      await slot(title).getByRole('radio', { name: title, checked: true }).waitFor();
    },
    simulateTheRest: () => page.getByRole('button', { name: 'Try it with simulators' }).click(),
    isSimulated: (title: string) => slot(title).getByRole('radio', { name: 'Use the simulator' }).isChecked(),
    variable: (title: string) => page.getByRole('textbox', { name: title }),
    /** What the first expression gives on each sample, a line each. */
    trials: () =>
      page.getByRole('list', { name: 'What it gives on the samples' }).first().getByRole('listitem').allInnerTexts(),
    install: () => page.getByRole('button', { name: 'Install' }).click(),
    openFlow: () => page.getByRole('link', { name: 'Open the flow' }).click(),
  };
}
