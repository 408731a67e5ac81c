import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import type { TextTarget } from '../evaluation.js';
import { limits } from './limits.js';
import { renderTemplate } from './template.js';

const data = {
  name: 'Anna',
  zero: 0,
  no: false,
  nothing: null,
  list: ['a', 'b', 'c'],
  numbers: [1, 2, 3],
  empty: [],
  person: { email: 'anna@example.com', tags: ['x', 'y'], if: 'word' },
  groups: [
    { id: 1, members: [{ n: 'p' }, { n: 'q' }] },
    { id: 2, members: [] },
  ],
};

function render(source: string, context: Record<string, unknown> = data, target: TextTarget = 'plain'): string {
  const scope = { workspace: 'w', context, deadline: Date.now() + 5_000, room: { bytes: 0 }, target: () => target };
  return renderTemplate(source, scope, target);
}

describe('a template', () => {
  /** Handlebars itself is the judge. */
  const reference = Handlebars.create();
  const same = [
    'Hello {{name}}, {{person.email}}!',
    '{{zero}}|{{no}}|{{nothing}}|{{missing}}|{{missing.deeper}}|{{name.length}}|{{list.length}}|{{list.[1]}}',
    '{{{name}}} {{&name}} {{"text"}} {{"name"}} {{1}} {{true}} {{null}} {{undefined}}',
    '{{#each list}}{{@index}}{{this}}{{#if @first}}F{{/if}}{{#if @last}}L{{/if}}{{/each}}',
    '{{#each person}}{{@key}}:{{#unless @last}},{{/unless}}{{/each}}',
    '{{#each empty}}x{{else}}none{{/each}} {{#each missing}}x{{else}}none{{/each}} {{#each zero}}x{{^}}none{{/each}}',
    '{{#each groups}}{{id}}{{#each members}}{{n}}{{../id}}{{@../index}}{{@index}}{{../../name}}{{/each}};{{/each}}',
    '{{#each groups as |group i|}}{{i}}{{group.id}}{{#each group.members as |member|}}{{member.n}}{{group.id}}{{/each}}{{/each}}',
    '{{#with person}}{{email}} {{../name}} {{#if tags}}{{../name}}{{email}}{{/if}}{{/with}}',
    '{{#with person as |who|}}{{who.email}}{{this.email}}{{./email}}{{/with}}{{#with nothing}}x{{else}}nobody{{/with}}',
    '{{#if zero}}a{{else if no}}b{{else if list}}c{{else}}d{{/if}} {{#if zero includeZero=true}}z{{/if}}',
    '{{#if empty}}x{{else}}empty{{/if}} {{#if missing}}x{{/if}} {{#unless missing}}m{{/unless}}',
    '{{lookup list 1}} {{lookup person "email"}} {{lookup missing "x"}} {{#each list}}{{lookup ../numbers @index}}{{/each}}',
    '{{@root.name}} {{#each list}}{{@root.name}}{{/each}}',
    '{{! a comment }}{{!-- another {{name}} --}}a {{~name~}} b',
    'list:\n{{#each list}}\n  - {{this}}\n{{/each}}\nend',
    '{{#if list}}\n  yes\n{{else}}\n  no\n{{/if}}\n',
    '\\{{name}} {{person.[if]}} {{this.name}} {{./name}}',
    '{{#each list as |name|}}{{name}}{{this.name}}{{/each}} {{#with person as |name|}}{{name.email}}{{/with}}',
    '{{#each numbers}}{{#if this}}{{this}}{{../name}}{{/if}}{{/each}}',
    '{{#list}}{{this}}{{@index}}{{/list}} {{#person}}{{email}}{{../name}}{{/person}} {{#name}}{{this}}{{/name}}',
    '{{#missing}}x{{else}}no{{/missing}} {{#no}}x{{/no}} {{#empty}}x{{^}}none{{/empty}} {{#zero}}[{{this}}]{{/zero}}',
    '{{^list}}x{{/list}} {{^empty}}none{{/empty}} {{^each empty}}none{{/each}} {{^each list}}x{{/each}} {{^if no}}not{{/if}}',
    '{{#person.tags}}{{this}}{{/person.tags}} {{#groups}}{{id}}{{#members}}{{n}}{{../id}}{{/members}}{{/groups}}',
    '{{#with name}}{{#with .}}{{.}}{{../name}}{{/with}}{{/with}}',
  ];
  it.each(same)('is rendered as Handlebars renders it: %s', (source) => {
    expect(render(source)).toBe(reference.compile(source)(data));
  });

  it('writes lists and objects as JSON', () => {
    expect(render('{{list}} {{person.tags}}')).toBe('["a","b","c"] ["x","y"]');
  });

  it('has helpers for equality, lists, defaults, dates and JSON', () => {
    expect(render('{{#if (eq name "Anna")}}same{{/if}}')).toBe('same');
    expect(render('{{join list ", "}} {{join missing}}')).toBe('a, b, c ');
    expect(render('{{default nothing "none"}} {{default "" "none"}} {{default zero "none"}}')).toBe('none none 0');
    expect(render('{{date "2026-07-01T06:30:00Z" "[D01].[M01].[Y0001] [H01]:[m01]" zone="Europe/Zurich"}}')).toBe(
      '01.07.2026 08:30',
    );
    expect(render('{{json person.tags}} {{json missing}}')).toBe('["x","y"] null');
    expect(render('{{join (default missing list) "/"}}')).toBe('a/b/c');
  });

  it('lets a field have the name of a helper', () => {
    expect(render('{{date}} {{json}}', { date: 'today', json: 1 })).toBe('today 1');
  });

  it.each([
    ['html', '<b>"x"&', '&#60;b&#62;&#34;x&#34;&#38;'],
    ['mrkdwn', '<!channel> <@U1> <http://evil|Okta> &', '&lt;!channel&gt; &lt;@U1&gt; &lt;http://evil|Okta&gt; &amp;'],
    ['url', '../a b?c=d&e#\ud800', '..%2Fa%20b%3Fc%3Dd%26e%23%EF%BF%BD'],
    ['header', 'x\r\nX-Evil: 1\u0085', 'x X-Evil: 1 '],
    ['header', 'a\0b\tc', 'a b c'],
    ['plain', '<b>', '<b>'],
  ] as const)('escapes values for %s: %j', (target, value, escaped) => {
    expect(render('[{{value}}]', { value }, target)).toBe(`[${escaped}]`);
  });

  it('leaves nothing in HTML that could begin or end a tag, an attribute or a reference', () => {
    const value = `"'><script>alert(1)</script>&lt;\`=`;
    const made = render('<p title="{{value}}">{{value}}</p>', { value }, 'html');
    expect(made.match(/[<>"'`=]/g)?.join('')).toBe('<=""><>');
    expect(made).not.toContain('&lt;');
  });

  it.each([
    ['/users/{{value}}', '..'],
    ['/users/{{value}}', '.'],
    ['https://vendor.test/users/{{value}}', ''],
    ['https://vendor.test/users/{{value}}/keys', undefined],
  ])('keeps to its part of an address: %s with %j', (source, value) => {
    expect(() => render(source, { value }, 'url')).toThrow(/A part of the address would be/);
  });

  it('allows in an address what is harmless there', () => {
    const values = { dots: '..', none: '', host: 'vendor.test' };
    expect(render('https://{{host}}/a{{dots}}?q={{none}}&r={{dots}}', values, 'url')).toBe(
      'https://vendor.test/a..?q=&r=..',
    );
    expect(render('https://vendor.test/{{dots}}x', { dots: '..%2f' }, 'url')).toBe('https://vendor.test/..%252fx');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+41 44', "'+41 44"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' -2+3', "' -2+3"],
    ['＝1+1', "'＝1+1"],
    ['\t=1', '"\'\t=1"'],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['-1', '-1'],
    ['+4.5', '+4.5'],
    ['a,"b"\n', '"a,""b""\n"'],
    ['a;b', '"a;b"'],
  ])('keeps a cell of CSV what it is: %j', (value, cell) => {
    expect(render('{{value}},end', { value }, 'csv')).toBe(`${cell},end`);
  });

  it('keeps cells of CSV that the template puts together or between quotes', () => {
    const names = { first: '=cmd', last: 'Smith, "Jr"' };
    const made = render('{{last}} {{first}},1\n"{{last}}","{{first}}"', names, 'csv');
    expect(made).toBe('"Smith, ""Jr"" =cmd",1\n"Smith, ""Jr""","\'=cmd"');
  });

  it('keeps a value of JSON within its quotes, and is a JSON value without them', () => {
    const hostile = 'x","admin":true,"y":"\\\n';
    const source = '{"a":"<{{v}}>","b":{{v}},"c":{{n}},"d":{{list}},"e":{{nothing}},"f\\"{{v}}":1}';
    const made = render(source, { v: hostile, n: 7, list: ['"'] }, 'json');
    expect(JSON.parse(made)).toEqual({
      ...{ a: `<${hostile}>`, b: hostile, c: 7, d: ['"'], e: null },
      [`f"${hostile}`]: 1,
    });
  });

  it('puts JSON between quotes as text', () => {
    const made = render('{"text":"{{json tags}}"}', { tags: ['"', { a: 1 }] }, 'json');
    expect(JSON.parse(made)).toEqual({ text: '["\\"",{"a":1}]' });
  });

  it('takes unescaped values only where the text stays one piece of text', () => {
    expect(render('{{{value}}}', { value: '<b>' }, 'html')).toBe('<b>');
    for (const target of ['url', 'header', 'csv', 'json', 'sql'] as const) {
      expect(() => render('{{{value}}}', { value: 'x\r\ny' }, target)).toThrow(/unescaped/);
    }
  });

  it('puts no value into a statement', () => {
    expect(render('SELECT ?', {}, 'sql')).toBe('SELECT ?');
    expect(() => render('SELECT {{value}}', { value: '1' }, 'sql')).toThrow(/as a parameter/);
  });

  it('puts whole JSON into JSON without escaping it again', () => {
    expect(render('{"who":"{{name}}","tags": {{json tags}} }', { name: '"', tags: ['"'] }, 'json')).toBe(
      '{"who":"\\"","tags": ["\\""] }',
    );
  });

  it.each([
    ['a {{b', 4],
    ['line one\nline {{#each}}', undefined],
    ['x\n\n{{/if}}', 3],
    ['{{#if a}}x{{/each}}', 3],
    ['{{foo.0}}', 6],
    ['ab {{nope 1}}', 3],
    ['ab\n{{#nope 1}}{{/nope}}', 3],
    ['ab {{join name}}', 3],
  ])('says where it cannot be rendered: %j', (source, position) => {
    let failure: { position?: number } = {};
    try {
      render(source);
    } catch (error) {
      failure = error as { position?: number };
    }
    expect(failure).toMatchObject({ name: 'Failure' });
    if (position !== undefined) expect(failure.position).toBe(position);
  });

  it.each(['{{> part}}', '{{#> part}}{{/part}}', '{{#*inline "x"}}{{/inline}}', '{{* decorator}}', '{{log "x"}}'])(
    'knows no partials, decorators or other helpers: %s',
    (source) => expect(() => render(source)).toThrow(expect.objectContaining({ code: 'E_FUNC_DISABLED' })),
  );

  it('ends when it grows past its limits', () => {
    const list = Array.from({ length: 100 }, () => 'x');
    const text = 'x'.repeat(10_000);
    const nested = (depth: number, body: string) =>
      '{{#each @root.list}}'.repeat(depth) + body + '{{/each}}'.repeat(depth);
    for (const source of [
      nested(4, 'x'),
      nested(1, text.repeat(2)),
      '{{a}}'.repeat(limits.templateNodes),
      'x'.repeat(limits.templateLength + 1),
    ]) {
      expect(() => render(source, { list })).toThrow(expect.objectContaining({ code: 'E_TEMPLATE_LIMIT' }));
    }
  });
});
