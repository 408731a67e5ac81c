import { callOperation, changesOf, createHttpCore } from '@castellan/sdk';
import { hostOf, replay, testConnector, testKey } from '@castellan/sdk/testing';
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
