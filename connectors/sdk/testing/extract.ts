import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import { describe, expect, it } from 'vitest';

/** Vendors' whole descriptions, where a checkout has them beside it. */
export const specs = new URL('../../../../shared/specs/', import.meta.url);

/** Keys that say nothing to a machine. */
const prose = new Set(['description', 'summary', 'title', 'version', 'info']);

/**
 * Declares a test that an extract says nothing that the vendor's whole description does not say. It is left out where
 * that description is not at hand.
 */
export function testExtract(extract: object, vendorFile: string): void {
  const file = fileURLToPath(new URL(vendorFile, specs));
  describe.skipIf(!existsSync(file))(`the extract of ${vendorFile}`, () => {
    it('says nothing that the vendor’s description does not say', async () => {
      const whole = await new OpenAPIBackend<Document>({ definition: file }).loadDocument();
      expect(differences(extract, whole, '')).toEqual([]);
    });
  });
}

/** Places in the extract that are not in the whole. Lists are compared as sets. */
function differences(extract: unknown, whole: unknown, place: string): string[] {
  if (Array.isArray(extract)) {
    if (!Array.isArray(whole)) return [place];
    return extract.flatMap((item, index) =>
      whole.some((other) => differences(item, other, '').length === 0) ? [] : [`${place}/${index}`],
    );
  }
  if (extract === null || typeof extract !== 'object') return extract === whole ? [] : [place];
  if (whole === null || typeof whole !== 'object') return [place];
  return Object.entries(extract).flatMap(([name, child]) => {
    if (prose.has(name) && typeof child === 'string') return [];
    const other = (whole as Record<string, unknown>)[name];
    return name === 'info' ? [] : differences(child, other, `${place}/${name}`);
  });
}
