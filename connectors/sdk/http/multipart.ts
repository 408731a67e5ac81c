import { randomUUID } from 'node:crypto';
import type { Multipart } from '../types.js';

/** A form with files as RFC 7578 says, with names escaped as browsers do. */
export function multipartBody({ fields = {}, files }: Multipart): { body: Buffer; contentType: string } {
  const boundary = `castellan-${randomUUID()}`;
  const parts = [
    ...Object.entries(fields).map(([name, value]) => part(boundary, `name="${escaped(name)}"`, undefined, value)),
    ...files.map(({ name, filename, contentType, content, encoding }) =>
      part(
        boundary,
        `name="${escaped(name)}"; filename="${escaped(filename)}"`,
        contentType,
        Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      ),
    ),
  ];
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

function part(
  boundary: string,
  disposition: string,
  contentType: string | undefined,
  content: string | Buffer,
): Buffer {
  const typed = contentType === undefined ? '' : `Content-Type: ${contentType.replace(/[\r\n]/g, ' ')}\r\n`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${typed}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]);
}

/** https://html.spec.whatwg.org/#multipart-form-data */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
