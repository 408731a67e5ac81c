import { eventually } from '../browser.js';
import type { SignedIn } from '../signed-in.js';
import { editor } from './editor.js';
import { wizard } from './wizard.js';

/**
 * Installs a template as it is, with a simulator for each system that it reaches, and publishes its flow, whose editor is
 * open then.
 */
export async function installTemplate({ browser, address }: SignedIn, title: string): Promise<void> {
  const { page } = browser;
  await page.goto(address('/templates'));
  const install = wizard(page);
  await install.open(title);
  await install.next();
  await install.simulateTheRest();
  await install.next();
  await eventually(install.step).toContain('Settings');
  await install.next();
  await page.getByText('No problems.').waitFor();
  await install.install();
  await page.getByText('Installed, switched off').waitFor();
  await install.openFlow();
  await editor(page).publish('As the template has it');
  await page.getByText('v1 published').waitFor();
}
