import { z } from 'zod';
import { FatalError } from './errors.js';
import type { HttpResponse } from './types.js';

/** More would not fit into an expression, by which the content is handed to the next step. */
const mostBytes = 750 * 1024;

export const downloaded = z.object({
  content: z.string().describe('In Base64, as attachments of e-mails, tickets and messages take it.'),
  filename: z.string().nullable().describe('As the system names it, or as its address ends.'),
  contentType: z.string().nullable(),
  bytes: z.int(),
});

/** A file as it came. Rejects one that is too large to be handed on, with E_OUTPUT_TOO_LARGE. */
export function downloadOf({ headers, body }: HttpResponse, url: string): z.output<typeof downloaded> {
  const content = String(body ?? '');
  const bytes = Buffer.byteLength(content, 'base64');
  if (bytes > mostBytes) {
    const said = `The file has ${bytes} bytes. Steps can hand on at most ${mostBytes}: send its address instead.`;
    throw new FatalError(said, { code: 'E_OUTPUT_TOO_LARGE' });
  }
  const contentType = headers['content-type'] || null;
  return { content, filename: nameOf(headers['content-disposition'], url), contentType, bytes };
}

/** The name without folders: RFC 6266 prefers the one that may hold any letter. */
function nameOf(disposition: string | undefined, url: string): string | null {
  const [, extended] = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition ?? '') ?? [];
  const [, quoted, bare] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition ?? '') ?? [];
  const [, ending] = /([^/]+)$/.exec(new URL(url).pathname) ?? [];
  const name = decoded(extended) ?? quoted?.replace(/\\(.)/g, '$1') ?? bare ?? decoded(ending);
  return name?.split(/[\\/]/).at(-1) || null;
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
