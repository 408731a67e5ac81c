import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const artifacts = fileURLToPath(new URL('artifacts', import.meta.url));
/** Nothing may leave this machine: neither updates nor telemetry of the browser. */
const flags = [
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--disable-gpu', '--disable-quic', '--no-first-run'],
];
/** For what follows a click: long enough for a busy machine, as nothing here is measured. */
const PATIENCE_MS = 20_000;

/** One person at a real Chromium. */
export interface TestBrowser {
  page: Page;
  context: BrowserContext;
  /** What any page said in the console as an error, or threw: refusals by the content security policy are among it. */
  complaints: string[];
  /** Keeps a picture of every open page in e2e/artifacts. */
  keepPictures(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openBrowser(program: string): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: program, args: flags });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    // The browser reports an answer of 401 as an error, though the designer asks on purpose whether it is signed in.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  return {
    page: await context.newPage(),
    context,
    complaints,
    keepPictures: async (name) => {
      mkdirSync(artifacts, { recursive: true });
      const file = name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80);
      for (const [index, page] of context.pages().entries()) {
        await page.screenshot({ path: join(artifacts, `${file}-${index + 1}.png`) });
      }
    },
    close: () => browser.close(),
  };
}

/** Expects something of a page that comes about by and by. */
export function eventually<Value>(look: () => Value | Promise<Value>): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(look, { timeout: PATIENCE_MS });
}
