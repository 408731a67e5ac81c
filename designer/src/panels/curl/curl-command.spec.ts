import { describe, expect, it } from 'vitest';
import { readCurl } from './curl-command.js';
import { shellWords } from './shell-words.js';

describe('the words of a command', () => {
  it.each([
    ['a \'b c\' "d \\" e"', ['a', 'b c', 'd " e']],
    ['a \\\n  b', ['a', 'b']],
    ["'it'\\''s'", ["it's"]],
    ["$'a\\'b\\n\\u0021'", ["a'b\n!"]],
    ['"" a', ['', 'a']],
    ['"a\\b"', ['a\\b']],
  ])('are those of a shell: %s', (command, words) => {
    expect(shellWords(command)).toEqual(words);
  });

  it('end where a quote is open', () => {
    expect(() => shellWords("curl 'https://a")).toThrow("A quote (') is not closed.");
  });
});

describe('a curl command', () => {
  it('that reads becomes a read', () => {
    expect(
      readCurl("curl 'https://api.example.com/people?limit=2&q=a%20b' -H 'Accept: text/csv' --compressed -s"),
    ).toEqual({
      operation: 'get',
      origin: 'https://api.example.com',
      signIn: null,
      left: [],
      input: {
        url: 'https://api.example.com/people',
        query: { limit: '2', q: 'a b' },
        headers: { Accept: 'text/csv' },
      },
    });
  });

  it('with JSON becomes a request, in whichever way the data is given', () => {
    const input = { method: 'POST', url: 'https://api.example.com/tickets', json: { title: 'Due', n: 1 } };
    const json = `'{"title":"Due","n":1}'`;
    const type = "-H 'Content-Type: application/json'";
    for (const options of [
      `${type} -d ${json}`,
      `--json ${json}`,
      `${type} --data-raw ${json}`,
      `-XPOST ${type} --data=${json}`,
    ]) {
      expect(readCurl(`curl https://api.example.com/tickets ${options}`)).toMatchObject({
        operation: 'request',
        input,
      });
    }
  });

  it('with a form becomes its fields, and --get puts them in the query', () => {
    const data = "-d a=1 --data-urlencode 'b=c d' https://api.example.com/x";
    expect(readCurl(`curl ${data}`).input).toMatchObject({ method: 'POST', form: { a: '1', b: 'c d' } });
    expect(readCurl(`curl -G ${data}`)).toMatchObject({ operation: 'get', input: { query: { a: '1', b: 'c d' } } });
  });

  it('with another body keeps it as a text', () => {
    const { input } = readCurl("curl -X PUT https://a.example/x -H 'content-type: application/xml' -d '<a/>'");
    expect(input).toEqual({ method: 'PUT', url: 'https://a.example/x', text: '<a/>', contentType: 'application/xml' });
  });

  it('does not make an expression of data that looks like one', () => {
    const { input } = readCurl(`curl https://a.example/x --json '{"a":{"jsonata":"$now()"}}'`);
    expect(input.json).toEqual({ literal: { a: { jsonata: '$now()' } } });
  });

  it.each([
    ["-H 'Authorization: Bearer tok'", 'bearer', { token: 'tok' }],
    ['-u ann:pa:ss', 'basic', { username: 'ann', password: 'pa:ss' }],
    [`-H 'authorization: Basic ${btoa('ann:pass')}'`, 'basic', { username: 'ann', password: 'pass' }],
    ["-H 'X-Api-Key: k'", 'header', { name: 'X-Api-Key', value: 'k' }],
    ["-H 'Authorization: SSWS k'", 'header', { name: 'Authorization', value: 'SSWS k' }],
  ])('keeps what signs in apart: %s', (option, kind, fields) => {
    const { signIn, input } = readCurl(`curl https://api.example.com/x ${option}`);
    expect(signIn).toMatchObject({ kind, fields });
    expect(input).toEqual({ url: 'https://api.example.com/x' });
  });

  it('keeps a key in the query, and a user in the URL, apart', () => {
    const keyed = readCurl("curl 'https://api.example.com/x?api_key=k&a=1'");
    expect(keyed.signIn).toMatchObject({ kind: 'query', fields: { name: 'api_key', value: 'k' } });
    expect(keyed.input).toEqual({ url: 'https://api.example.com/x', query: { a: '1' } });
    const named = readCurl('curl https://ann:pass@api.example.com/x');
    expect(named.signIn).toMatchObject({ kind: 'basic' });
    expect(named.input).toEqual({ url: 'https://api.example.com/x' });
  });

  it('says what it leaves out', () => {
    const { left, input } = readCurl(
      "curl https://a.example/x -b 'session=1' -H 'Cookie: a=b' -u a:b -H 'x-api-key: k'",
    );
    expect(left).toEqual([
      expect.stringContaining('Cookies'),
      expect.stringContaining('Cookies'),
      expect.stringContaining('x-api-key'),
    ]);
    expect(JSON.stringify(input)).not.toMatch(/session|a=b|"k"/);
  });

  it.each([
    ['wget https://a.example', 'does not begin with curl'],
    ['curl -s', 'names no URL'],
    ['curl https://a.example -F file=@x', '--form'],
    ['curl https://a.example -d @body.json', 'sends a file'],
    ['curl -X TRACE https://a.example', 'TRACE'],
  ])('is refused with a reason: %s', (command, reason) => {
    expect(() => readCurl(command)).toThrow(reason);
  });
});
