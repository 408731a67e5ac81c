import { describe, expect, it } from 'vitest';
import { cursorPaging, offsetPaging, readPages } from './paging.js';
import type { HttpClient, HttpRequest, JsonValue } from './types.js';

/** A client that cuts a list by the cursor or offset it is asked for. */
function lister(answer: (query: Record<string, unknown>) => JsonValue): HttpClient & { asked: number } {
  return {
    asked: 0,
    async send({ query }) {
      this.asked += 1;
      return { status: 200, headers: {}, body: answer(query ?? {}) };
    },
  };
}

const first: HttpRequest = { method: 'GET', query: { size: 2 } };
const numbers = Array.from({ length: 7 }, (_, index) => index);
const cursors = cursorPaging({ items: 'data.list', next: 'data.next', param: 'cursor' });

describe('reading pages', () => {
  const byCursor = () =>
    lister(({ cursor = '0', size }) => {
      const start = Number(cursor);
      const end = start + Number(size);
      return { data: { list: numbers.slice(start, end), next: end < numbers.length ? String(end) : null } };
    });

  it('follows a cursor to the end and keeps the rest of the query', async () => {
    expect(await readPages(byCursor(), first, cursors)).toEqual(numbers);
  });

  it('stops as soon as enough is there', async () => {
    const client = byCursor();
    expect(await readPages(client, first, cursors, 3)).toEqual([0, 1, 2]);
    expect(client.asked).toBe(2);
  });

  it('counts an offset to the end', async () => {
    const paging = offsetPaging({ items: 'items', more: 'more', param: 'offset' });
    const client = lister(({ offset = 0, size }) => {
      const end = Number(offset) + Number(size);
      return { items: numbers.slice(Number(offset), end), more: end < numbers.length };
    });
    expect(await readPages(client, first, paging)).toEqual(numbers);
  });

  it('ends with an empty page although more is promised', async () => {
    const paging = offsetPaging({ items: 'items', more: 'more', param: 'offset' });
    expect(
      await readPages(
        lister(() => ({ items: [], more: true })),
        first,
        paging,
      ),
    ).toEqual([]);
  });

  it('refuses a list that leads back to a page that was read', async () => {
    const circling = lister(() => ({ data: { list: [1], next: 'again' } }));
    await expect(readPages(circling, first, cursors)).rejects.toMatchObject({ code: 'E_RESPONSE' });
    expect(circling.asked).toBe(2);
  });

  it('refuses a list that never ends', async () => {
    let page = 0;
    const endless = lister(() => ({ data: { list: [1], next: String(++page) } }));
    await expect(readPages(endless, first, cursors)).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });

  it('takes a missing list for an empty one and refuses what is no list', async () => {
    expect(
      await readPages(
        lister(() => ({})),
        first,
        cursors,
      ),
    ).toEqual([]);
    await expect(
      readPages(
        lister(() => ({ data: { list: 'x' } })),
        first,
        cursors,
      ),
    ).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});
