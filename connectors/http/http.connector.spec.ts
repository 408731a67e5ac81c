import { callOperation, changesOf, createHttpCore, type HttpRequest, type JsonValue } from '@castellan/sdk';
import { type Exchange, hostOf, replay, testConnector, testKey } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { http } from './http.connector.js';

testConnector(http, null, new URL('./fixtures/exchanges.json', import.meta.url));

const url = 'https://api.example.com/tickets';
const answered = { status: 200, body: 'ok' };

describe('HTTP: sending', () => {
  it('sends form fields as a form', async () => {
    const client = replay([{ request: { method: 'POST', url, form: { title: 'Due' } }, response: answered }]);
    const input = { method: 'POST', url, form: { title: 'Due' } };
    expect(await callOperation(http, 'request', input, hostOf(client))).toMatchObject(answered);
  });

  it('sends a text with its content type', async () => {
    const text = { content: '<due/>', contentType: 'application/xml' };
    const client = replay([{ request: { method: 'PUT', url, text }, response: answered }]);
    const input = { method: 'PUT', url, text: text.content, contentType: text.contentType };
    expect(await callOperation(http, 'request', input, hostOf(client))).toMatchObject(answered);
  });

  it('refuses two bodies and names the second', async () => {
    const input = { method: 'POST', url, json: 1, text: 'a' };
    const refusal = { code: 'E_INPUT', details: { problems: [{ pointer: '/text' }] } };
    await expect(callOperation(http, 'request', input, hostOf(replay([])))).rejects.toMatchObject(refusal);
  });

  it('names the address without its query as what changes', () => {
    const [change] = changesOf(http, 'request', { method: 'DELETE', url: `${url}/17?token=secret` });
    expect(change).toMatchObject({ action: 'delete', object: { type: 'url', id: `${url}/17` } });
  });

  it('sends the key of the effect in the header that the API wants', async () => {
    const sent: unknown[] = [];
    const client = {
      send: async (request: object) => {
        sent.push(request);
        return { status: 200, headers: {}, body: null };
      },
    };
    await callOperation(http, 'requestWithKey', { method: 'POST', url, keyHeader: 'X-Request-Id' }, hostOf(client));
    expect(sent).toMatchObject([{ headers: { 'X-Request-Id': testKey } }]);
  });

  it('does not hand cookies to the flow', async () => {
    const headers = { 'set-cookie': 'session=1', etag: '"7"' };
    const client = replay([{ request: { method: 'GET', url }, response: { ...answered, headers } }]);
    const output = await callOperation(http, 'get', { url }, hostOf(client));
    expect(output).toMatchObject({ headers: { etag: '"7"' } });
    expect(JSON.stringify(output)).not.toContain('session');
  });
});

describe('HTTP: a list', () => {
  const page = (query: object | undefined, body: unknown, headers: Record<string, string> = {}, at = url) => ({
    request: { method: 'GET', url: at, ...(query ? { query } : {}) },
    response: { status: 200, body, headers },
  });
  const list = (input: object, exchanges: ReturnType<typeof page>[]) =>
    callOperation(http, 'list', { url, ...input }, hostOf(replay(exchanges as Exchange[])));

  it('goes on by the header Link, whatever else it names, relative or not', async () => {
    const first = { link: `<${url}?p=0>; rel="prev", </tickets?p=2>; title="a, b"; rel="last next"` };
    const exchanges = [page(undefined, [1], first), page(undefined, [2], { link: '' }, `${url}?p=2`)];
    expect(await list({ paging: 'link' }, exchanges)).toEqual({ items: [1, 2] });
  });

  it('goes on by a cursor that is a URL, as OData has it', async () => {
    const next = `${url}?$skiptoken=x`;
    const exchanges = [
      page(undefined, { value: [1], '@odata.nextLink': next }),
      page(undefined, { value: [2] }, {}, next),
    ];
    const input = { paging: 'cursor', items: '/value', next: '/@odata.nextLink' };
    expect(await list(input, exchanges)).toEqual({ items: [1, 2] });
  });

  it('goes on by numbers until a page is empty', async () => {
    const exchanges = [page({ p: 0 }, [1]), page({ p: 1 }, [2]), page({ p: 2 }, [])];
    expect(await list({ paging: 'page', parameter: 'p', firstPage: 0 }, exchanges)).toEqual({ items: [1, 2] });
  });

  it('goes on by an offset until a page is empty, or enough items are there', async () => {
    const exchanges = [page({ offset: 0 }, [1, 2]), page({ offset: 2 }, [3, 4]), page({ offset: 4 }, [])];
    expect(await list({ paging: 'offset' }, exchanges)).toEqual({ items: [1, 2, 3, 4] });
    expect(await list({ paging: 'offset', limit: 3 }, exchanges.slice(0, 2))).toEqual({ items: [1, 2, 3] });
  });

  it('that is not there, or never ends, fails with its place', async () => {
    const elsewhere = list({ paging: 'page', items: '/items' }, [page({ page: 1 }, { results: [] })]);
    await expect(elsewhere).rejects.toMatchObject({ code: 'E_RESPONSE', message: expect.stringContaining('/items') });
    const same = { value: [1], next: 'a' };
    const endless = [page(undefined, same), page({ cursor: 'a' }, same)];
    const never = list({ paging: 'cursor', items: '/value', next: '/next' }, endless);
    await expect(never).rejects.toMatchObject({ code: 'E_RESPONSE', message: expect.stringContaining('never ends') });
  });

  it('by cursor needs to know where the cursor is', async () => {
    await expect(list({ paging: 'cursor' }, [])).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(list({ paging: 'link', next: '/next' }, [])).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('does not go on to a host that the credentials are not for', async () => {
    const vendor = createHttpCore();
    const client = vendor.connect(http, { id: 'c', ...http.sampleConnection });
    const first = page(undefined, [1], { link: '<https://elsewhere.example/>; rel=next' });
    const replayed = replay([first as Exchange]);
    let asked = 0;
    const send = (request: HttpRequest) => (asked++ === 0 ? replayed.send(request) : client.send(request));
    const call = callOperation(http, 'list', { url, paging: 'link' }, hostOf({ send }));
    await expect(call).rejects.toMatchObject({ code: 'E_EGRESS' });
    await vendor.close();
  });
});

describe('HTTP: ways to sign in', () => {
  const sent = (kind: string, fields: object, token?: string) => {
    const auth = http.auth.find((one) => one.kind === kind)!;
    return auth.credentials(
      auth.fields.parse({ hosts: ['api.example.com'], ...fields }),
      'https://api.example.com',
      token,
    );
  };

  it('send a secret in a header or in the query', () => {
    expect(sent('header', { name: 'X-Api-Key', value: 's' })).toEqual({ headers: { 'X-Api-Key': 's' } });
    expect(sent('query', { name: 'api_key', value: 's' })).toEqual({ query: { api_key: 's' } });
  });

  it.each(http.auth.filter(({ token }) => token).map(({ kind }) => kind))('send the token of %s', (kind) => {
    const auth = http.auth.find((one) => one.kind === kind)!;
    expect(auth.credentials({}, 'https://api.example.com', 't')).toEqual({ headers: { authorization: 'Bearer t' } });
    expect(auth.token?.url?.({ tokenUrl: 'https://id.example/token' })).toBe('https://id.example/token');
  });

  it('ask for consent with the audience where there is one', () => {
    const { consent } = http.auth.find(({ kind }) => kind === 'oauth2AuthorizationCode')!.token!;
    const fields = { authorizeUrl: 'https://id.example/authorize', clientId: 'c', audience: 'api', scopes: ['a', 'b'] };
    const ask = { redirectUri: 'https://castellan.example/oauth/callback', state: 's', challenge: 'c' };
    const { searchParams } = new URL(consent!.address(fields, ask));
    expect(Object.fromEntries(searchParams)).toMatchObject({ audience: 'api', scope: 'a b', state: 's' });
  });
});

describe('HTTP: a connection', () => {
  const core = createHttpCore();

  it.each(['https://other.example.com/', 'http://api.example.com/', 'https://api.example.com:8443/'])(
    'keeps its credentials from %s',
    async (elsewhere) => {
      const client = core.connect(http, { id: 'c', ...http.sampleConnection });
      const call = callOperation(http, 'get', { url: elsewhere }, hostOf(client));
      await expect(call).rejects.toMatchObject({
        code: 'E_EGRESS',
        message: expect.stringContaining('https://api.example.com only'),
      });
    },
  );

  it.each(['Host', 'content-length', 'Transfer-Encoding', 'Proxy-Authorization'])(
    'refuses the header %s',
    async (name) => {
      const client = core.connect(http, { id: 'c', kind: 'none', fields: {} });
      const call = callOperation(http, 'get', { url, headers: { [name]: '1' } }, hostOf(client));
      await expect(call).rejects.toMatchObject({ code: 'E_INPUT' });
    },
  );

  it('refuses a user name and password in the URL', async () => {
    const client = core.connect(http, { id: 'c', kind: 'none', fields: {} });
    const call = callOperation(http, 'get', { url: 'https://me:secret@api.example.com/' }, hostOf(client));
    await expect(call).rejects.toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('connection') });
  });
});

describe('HTTP: the rows of a file', () => {
  const at = 'https://files.example.com/rows';
  const read = (body: JsonValue, input: object = {}, contentType = 'text/plain') => {
    const request = { method: 'GET', url: at };
    const client = replay([{ request, response: { status: 200, headers: { 'content-type': contentType }, body } }]);
    return callOperation(http, 'readFile', { url: at, ...input }, hostOf(client));
  };

  it('are read from CSV with quotes, line ends in cells, a byte order mark and another delimiter; cells stay texts', async () => {
    const text = '\ufeffid;name\n007;"Mia; ""K""\nKeller"\n\n8;\n';
    expect(await read(text, { format: 'csv', delimiter: ';' })).toEqual({
      items: [
        { id: '007', name: 'Mia; "K"\nKeller' },
        { id: '8', name: '' },
      ],
      more: false,
    });
    const without = { format: 'csv', columns: ['a', 'b'], limit: 1 };
    expect(await read('1,2\n3,4', without)).toEqual({ items: [{ a: '1', b: '2' }], more: true });
  });

  it('are read from JSON, from a place in it, and from lines of JSON, with their long numbers kept', async () => {
    expect(await read({ data: { rows: [{ a: 1 }] } }, { items: '/data/rows' }, 'application/json')).toMatchObject({
      items: [{ a: 1 }],
    });
    expect(await read('[{"a": 9007199254740993}]', { format: 'json' })).toMatchObject({
      items: [{ a: '9007199254740993' }],
    });
    expect(await read('{"a": 1}\r\n\n{"a": 2}\n', {}, 'application/x-ndjson')).toMatchObject({
      items: [{ a: 1 }, { a: 2 }],
    });
  });

  it('are known by the content type, or by the end of the address', async () => {
    expect(await read('a\n1', {}, 'text/csv')).toMatchObject({ items: [{ a: '1' }] });
    const client = replay([{ request: { method: 'GET', url: `${at}.csv` }, response: { status: 200, body: 'a\n1' } }]);
    expect(await callOperation(http, 'readFile', { url: `${at}.csv` }, hostOf(client))).toMatchObject({
      items: [{ a: '1' }],
    });
  });

  it.each([
    ['a text of which nothing says what it is', 'a,b', {}, /choose the format/],
    ['a broken line of CSV', 'a,b\n1', { format: 'csv' }, /line 2/],
    ['a column that stands twice', 'a,a\n1,2', { format: 'csv' }, /Give the names/],
    ['a line that is no JSON', '{"a":1}\nno', { format: 'lines' }, /Line 2/],
    ['no list', '{"a":1}', { format: 'json' }, /no list/],
    ['no list at its place', '{"a":1}', { format: 'json', items: '/a' }, /no list at \/a/],
  ])('are refused where there are none: %s', async (_, body, input, words) => {
    const refused = read(body, input);
    await expect(refused).rejects.toMatchObject({ name: 'FatalError', code: 'E_RESPONSE' });
    await expect(refused).rejects.toThrow(words);
  });
});

describe('HTTP: a file', () => {
  const at = 'https://files.example.com/reports/March%20report.zip?X-Amz-Expires=899';
  const download = (headers: Record<string, string>, body: string) => {
    const client = replay([{ request: { method: 'GET', url: at }, response: { status: 200, headers, body } }]);
    return callOperation(http, 'download', { url: at }, hostOf(client));
  };

  it.each([
    [{}, 'March report.zip'],
    [{ 'content-disposition': 'attachment; filename="a \\"b\\".zip"' }, 'a "b".zip'],
    [{ 'content-disposition': 'attachment; filename=plain.zip' }, 'plain.zip'],
    [{ 'content-disposition': "attachment; filename=x.zip; filename*=UTF-8''M%C3%A4rz.zip" }, 'März.zip'],
    [{ 'content-disposition': 'attachment; filename="../../etc/passwd"' }, 'passwd'],
  ] as [Record<string, string>, string][])('is named by %j', async (headers, filename) => {
    expect(await download(headers, 'AAE=')).toMatchObject({ filename, content: 'AAE=', bytes: 2 });
  });

  it('is refused where it is too large to be handed on', async () => {
    const large = Buffer.alloc(750 * 1024 + 1).toString('base64');
    await expect(download({}, large)).rejects.toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
  });
});
