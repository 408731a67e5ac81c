import type { ConnectorImport, ImportableOperation } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { choose, isShown, problemOf, startChoice, toBody } from './chosen.js';

const operation = (key: string, over: Partial<ImportableOperation> = {}): ImportableOperation => ({
  ...{ key, id: key, method: 'GET', path: '/', title: key, summary: key, tags: ['A'], deprecated: false },
  ...{ effect: 'read', idempotency: 'natural', keyHeader: null, paging: null, allPages: false, testable: false },
  ...{ unusable: null, present: null, usedBy: [] },
  ...over,
});

function ready(operations: ImportableOperation[], over: Partial<ConnectorImport> = {}) {
  const outline = {
    ...{ version: '3.0.0', title: 'Desk', docs: '', problems: [], operations },
    servers: [{ url: 'https://{host}', variables: [{ name: 'host' }], description: '' }],
    signIns: [{ kind: 'key', title: 'Key' }],
  };
  return {
    id: 'i',
    source: 's',
    state: 'ready',
    progress: null,
    received: 1,
    problems: [],
    into: null,
    result: null,
    ...over,
    outline,
  } as ConnectorImport & { outline: typeof outline };
}

describe('the choice of operations', () => {
  it('begins with all of a small document, but what cannot be imported', () => {
    const unusable = operation('POST /x', { unusable: { place: '', message: 'XML' } });
    const chosen = startChoice(ready([operation('GET /a', { testable: true }), unusable]));
    expect([...chosen.keys]).toEqual(['GET /a']);
    expect(chosen.test).toBe('GET /a');
  });

  it('begins with nothing of a large document', () => {
    const many = Array.from({ length: 31 }, (_, at) => operation(`GET /${at}`));
    expect(startChoice(ready(many)).keys.size).toBe(0);
  });

  it('begins with what a connector has already', () => {
    const into = { id: 'api-desk', title: 'My desk', version: 1, connections: 0, test: 'GET /a', gone: [] };
    const chosen = startChoice(ready([operation('GET /a', { present: 'same' }), operation('GET /b')], { into }));
    expect([...chosen.keys]).toEqual(['GET /a']);
    expect(chosen).toMatchObject({ title: 'My desk', test: 'GET /a' });
  });

  it('takes a tag at once, and forgets the test of what is taken away', () => {
    const found = ready([operation('GET /a', { testable: true }), operation('GET /b')]);
    const none = choose(startChoice(found), found.outline.operations, false);
    expect(none).toMatchObject({ keys: new Set(), test: null });
    expect(problemOf(none)).toContain('at least one operation');
    expect(choose(none, found.outline.operations, true).keys.size).toBe(2);
  });

  it('is sent with what a person changed', () => {
    const found = ready([operation('POST /a', { effect: 'write', idempotency: 'none' })]);
    const chosen = {
      ...startChoice(found),
      wishes: new Map([['POST /a', { effect: 'read' as const, idempotency: 'none' as const, paging: false }]]),
    };
    expect(toBody(found, chosen)).toMatchObject({
      server: { url: 'https://{host}', variables: [{ name: 'host' }] },
      operations: [{ key: 'POST /a', effect: 'read', idempotency: 'natural', paging: false }],
    });
    expect(toBody(found, { ...chosen, server: -1, ownServer: ' https://desk.example ' }).server.url).toBe(
      'https://desk.example',
    );
    expect(problemOf({ ...chosen, server: -1, ownServer: 'desk' })).toContain('https');
  });

  it('is searched by all words, in a tag, and by what is new or changed', () => {
    const one = operation('GET /users', { title: 'List users', present: 'same' });
    const all = { q: '', tag: null, show: 'all' as const };
    expect(isShown(one, { ...all, q: 'users list' }, new Set())).toBe(true);
    expect(isShown(one, { ...all, q: 'groups' }, new Set())).toBe(false);
    expect(isShown(one, { ...all, tag: 'B' }, new Set())).toBe(false);
    expect(isShown(one, { ...all, show: 'changed' }, new Set())).toBe(false);
    expect(isShown(one, { ...all, show: 'chosen' }, new Set(['GET /users']))).toBe(true);
  });
});
