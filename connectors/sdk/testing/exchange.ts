import { isDeepStrictEqual } from 'node:util';
import type { HttpClient, HttpRequest, HttpResponse, JsonObject, JsonValue } from '../types.js';

/** What a recorded request is known by. Credentials and transport are not a part of it. */
export interface RecordedRequest {
  method: string;
  base?: string;
  path?: string;
  url?: string;
  query?: JsonObject;
  body?: JsonValue;
  form?: JsonObject;
  multipart?: JsonObject;
  text?: JsonObject;
}

/** One request and what the vendor answered. */
export interface Exchange {
  request: RecordedRequest;
  response: { status: number; headers?: Record<string, string>; body: JsonValue };
}

/** An input, the calls that it leads to and the output that comes of them. */
export interface Fixture {
  input: JsonValue;
  exchange: Exchange[];
  output: JsonValue;
}

/** A client that answers from recorded exchanges, each once and in any order; anything else is refused. */
export function replay(exchanges: Exchange[]): HttpClient & { unused(): Exchange[] } {
  const left = [...exchanges];
  return {
    unused: () => left,
    async send(request): Promise<HttpResponse> {
      const asked = recorded(request);
      const index = left.findIndex((exchange) => isDeepStrictEqual(asJson(exchange.request), asked));
      const [found] = index < 0 ? [] : left.splice(index, 1);
      if (!found) throw new Error(`No exchange is recorded for ${JSON.stringify(asked)}`);
      return { headers: { 'content-type': 'application/json' }, ...found.response };
    },
  };
}

/** A client that passes calls on and keeps what was said. */
export function record(http: HttpClient): HttpClient & { exchanges: Exchange[] } {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    async send(request) {
      const response = await http.send(request);
      exchanges.push({ request: recorded(request), response: { status: response.status, body: response.body } });
      return response;
    },
  };
}

function recorded({ method, base, path, url, query, body, form, multipart, text }: HttpRequest): RecordedRequest {
  return asJson({ method, base, path, url, query, body, form, multipart, text }) as RecordedRequest;
}

/** As it would be written: without what is undefined. */
function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
