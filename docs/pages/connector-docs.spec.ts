import { readdirSync, readFileSync } from 'node:fs';
import { connectors } from '@castellan/connectors';
import { describe, expect, it } from 'vitest';
import { connectorDocs } from './connector-docs.js';

const folder = new URL('../', import.meta.url);

describe('The pages of the connectors', () => {
  const made = connectorDocs(connectors);

  it.each([...made.keys()])('say in %s what the definitions say; else run npm run connector-docs', (path) => {
    expect(readFileSync(new URL(path, folder), 'utf8')).toBe(made.get(path));
  });

  it('are there for no connector that is gone', () => {
    const there = readdirSync(new URL('connectors/', folder)).map((name) => `connectors/${name}`);
    expect(there.filter((path) => !made.has(path))).toEqual([]);
  });

  it('have a heading for each link into them', () => {
    for (const content of made.values()) {
      const headings = new Set([...content.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title));
      const links = [...content.matchAll(/\[([^\]]+)\]\(#[^)]*\)/g)].map(([, title]) => title);
      expect(links.filter((title) => !headings.has(title))).toEqual([]);
    }
  });
});
