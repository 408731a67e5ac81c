import type { Page } from 'playwright-core';

type Place = 'Home' | 'Flows' | 'Runs' | 'Approvals' | 'Connections' | 'Templates' | 'Simulators';

/** Goes to a place by the rail at the left. */
export async function goTo(page: Page, place: Place): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { level: 1, name: place }).waitFor();
}
