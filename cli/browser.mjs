/** Finds the browser for the end-to-end tests. Plain Node. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

/** What to do when there is none. */
export const browserRemedy = 'Install Chromium, or set CHROMIUM_PATH to a Chromium or Chrome.';

/**
 * By CHROMIUM_PATH or CASTELLAN_BROWSER, else on PATH, else Playwright's own, downloaded where that can be had.
 * @param {(sentence: string) => void} say told before a download
 * @returns {Promise<string | undefined>} the path of its program
 */
export async function findBrowser(say) {
  const named = process.env.CHROMIUM_PATH || process.env.CASTELLAN_BROWSER;
  if (named) return isProgram(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
  return found ?? (await findPlaywrights(say));
}

async function findPlaywrights(say) {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  if (existsSync(path)) return path;
  say('no browser found: trying to download one for the end-to-end tests');
  try {
    const args = [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'];
    await promisify(execFile)(process.execPath, args, { timeout: DOWNLOAD_TIMEOUT_MS });
  } catch {
    return undefined;
  }
  return existsSync(path) ? path : undefined;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
