import type { Page } from 'playwright-core';
import { goTo } from './places.js';

/** What the simulator of a vendor holds. */
export async function simulator(page: Page, vendor: string) {
  await goTo(page, 'Simulators');
  await page.getByRole('link', { name: vendor }).click();
  await page.getByRole('heading', { level: 1, name: vendor }).waitFor();
  const table = (name: string) => page.getByRole('table', { name });
  const channel = (name: string) => page.getByRole('list', { name: `Messages in ${name}` });
  return {
    /** Rows of one of its tables, as text. */
    rows: async (name: string) => {
      await table(name).waitFor();
      return (await table(name).getByRole('row').allInnerTexts()).slice(1);
    },
    messages: async (name: string) => {
      await page.getByRole('tab', { name: 'Messages' }).click();
      await channel(name).waitFor();
      return channel(name).getByRole('listitem').allInnerTexts();
    },
    /** Where the links of the messages lead. */
    links: async (name: string) => {
      const found = await channel(name).getByRole('link').all();
      return Promise.all(found.map((each) => each.getAttribute('href')));
    },
  };
}
