import type { Page } from 'playwright-core';
import { canvas } from './canvas.js';

/** The page of one run. */
export function run(page: Page) {
  const panel = page.getByRole('complementary', { name: 'Run' });
  return {
    canvas: canvas(page.getByRole('region', { name: 'Run on the canvas' })),
    /** `Running`, `Waiting`, `Succeeded`, … */
    status: () => page.getByRole('main').getByRole('status').textContent(),
    /** A button of the header. */
    press: (name: 'Pause' | 'Resume' | 'Cancel') =>
      page.getByRole('main').getByRole('button', { name, exact: true }).click(),
    /** Which item of the loop the canvas shows. */
    item: () => page.getByText(/^item \d+ of \d+$/).textContent(),
    /** In the list beside the canvas. */
    pickItem: (name: string) =>
      panel
        .getByRole('region', { name: 'Items' })
        .getByRole('button', { name: new RegExp(`${name}\\b`) })
        .click(),
    overview: () => panel.getByRole('tabpanel', { name: 'Overview' }).textContent(),
    openApproval: () => panel.getByRole('link', { name: /^Open “/ }).click(),
    /** Of the open step: its `Input`, its `Output`. */
    value: (name: 'Input' | 'Output') => panel.getByRole('region', { name, exact: true }).textContent(),
    effect: () => panel.getByRole('region', { name: 'Effect' }).textContent(),
    events: async () => {
      await panel.getByRole('tab', { name: 'Events' }).click();
      return panel.getByRole('tabpanel', { name: 'Events' }).textContent();
    },
  };
}
