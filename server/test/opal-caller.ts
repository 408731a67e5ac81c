import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describedAnswers } from '@castellan/sdk/testing';

/** The contract of custom connectors as Opal describes it. */
const description = JSON.parse(
  readFileSync(new URL('../../connectors/opal/fixtures/custom-connector.openapi.json', import.meta.url), 'utf8'),
) as object;

/** What a custom app answered to Opal. */
export interface Told<Body = Record<string, unknown>> {
  status: number;
  body: Body;
}

export interface Asked {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string>;
  body?: Record<string, unknown> | string;
  /** Unix seconds. */
  at?: number;
  headers?: Record<string, string>;
}

/** Opal, as it calls a custom app: signed, and strict about the answers. */
export interface OpalCaller {
  ask<Body = Record<string, unknown>>(path: string, asked?: Asked): Promise<Told<Body>>;
  /** All pages of a list. */
  all<Item>(path: string, list: string): Promise<Item[]>;
}

/** Plays Opal's part by its own description: an answer that is not described fails the test. */
export async function opalCaller(
  url: string,
  { secret, appId }: { secret: string; appId: string },
): Promise<OpalCaller> {
  const problemsOf = await describedAnswers(description);
  const signed = new Set<string>();

  /** A second in which this was not asked yet: an attempt that is signed anew differs from the last in its time only. */
  function secondOf(what: string): number {
    let at = Math.floor(Date.now() / 1_000);
    while (signed.has(`${at} ${what}`)) at--;
    return at;
  }

  async function ask<Body>(path: string, asked: Asked = {}): Promise<Told<Body>> {
    const { method = 'GET', query = {}, headers } = asked;
    const inBody = method === 'POST';
    const body = asked.body ?? {};
    const text = typeof body === 'string' ? body : inBody ? JSON.stringify({ app_id: appId, ...body }) : '';
    const what = JSON.stringify([method, path, query, text]);
    const at = asked.at ?? secondOf(what);
    signed.add(`${at} ${what}`);
    const signature = createHmac('sha256', secret)
      .update(`v0:${at}:${text || '{}'}`)
      .digest('hex');
    const search = new URLSearchParams(inBody ? query : { app_id: appId, ...query });
    const answer = await fetch(`${url}${path}?${search}`, {
      method,
      headers: { 'x-opal-signature': signature, 'x-opal-request-timestamp': String(at), ...headers },
      ...(text === '' ? {} : { body: text }),
    });
    const said = await answer.text();
    const told = { status: answer.status, body: (said === '' ? undefined : JSON.parse(said)) as Body };
    const wrong = problemsOf({ method, path, ...told });
    if (wrong.length > 0)
      throw new Error(`${method} ${path} answered ${answer.status} not as described: ${wrong.join('; ')}`);
    return told;
  }

  return {
    ask,
    async all<Item>(path: string, list: string) {
      const items: Item[] = [];
      let cursor = '';
      do {
        const { body } = await ask<Record<string, unknown>>(path, { query: cursor ? { cursor } : {} });
        items.push(...(body[list] as Item[]));
        cursor = String(body.next_cursor ?? '');
      } while (cursor !== '');
      return items;
    },
  };
}
