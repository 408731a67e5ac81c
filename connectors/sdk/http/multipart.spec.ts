import { describe, expect, it } from 'vitest';
import { multipartBody } from './multipart.js';

/** As a server reads it. */
function read({ body, contentType }: ReturnType<typeof multipartBody>): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
}

describe('a form with files', () => {
  it('carries texts and bytes as they are', async () => {
    const form = await read(
      multipartBody({
        fields: { comment: 'Évidence\r\nof the run' },
        files: [
          { name: 'file', filename: 'rows.csv', contentType: 'text/csv', content: 'a,b\n1,ü' },
          { name: 'file', filename: 'key.bin', contentType: 'application/x-key', content: '/wD+', encoding: 'base64' },
        ],
      }),
    );
    expect(form.get('comment')).toBe('Évidence\r\nof the run');
    const [rows, key] = form.getAll('file') as File[];
    expect([rows!.name, rows!.type, await rows!.text()]).toEqual(['rows.csv', 'text/csv', 'a,b\n1,ü']);
    expect([...new Uint8Array(await key!.arrayBuffer())]).toEqual([0xff, 0x00, 0xfe]);
  });

  it('is not broken by a name or a type with line breaks and quotes', async () => {
    const hostile = 'a"; filename="b\r\nContent-Type: text/html';
    const file = { name: 'file', filename: hostile, contentType: 'text/plain\r\nX-Evil: 1', content: 'x' };
    const { body, contentType } = multipartBody({ files: [file] });
    const form = await read({ body, contentType });
    expect([...form.keys()]).toEqual(['file']);
    expect(body.toString()).not.toMatch(/^(?:Content-Type: text\/html|X-Evil)/m);
  });
});
