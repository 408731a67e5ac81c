import { describe, expect, test } from 'vitest';
import { checkDraft, exportDraft, nameOf } from './drafts.js';

describe('a draft', () => {
  test('may lack anything and keep what we do not know', () => {
    expect(checkDraft({ steps: { a: { kind: 'novelty', depth: 3 } } })).toEqual({
      steps: { a: { kind: 'novelty', depth: 3 } },
    });
  });

  test.each([
    [[], '/draft'],
    ['flow', '/draft'],
    [{ steps: [] }, '/draft/steps'],
    [{ wires: {} }, '/draft/wires'],
    [{ steps: { 'a/b': 1 } }, '/draft/steps/a~1b'],
  ])('that is no flow at all is refused with its place: %j', (value, pointer) => {
    expect(() => checkDraft(value)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(() => checkDraft(value)).toThrow(pointer);
  });

  test('past two MiB is refused', () => {
    const wires = Array.from({ length: 60_000 }, () => ({ from: 'a_rather_long_id', port: 'out', to: 'b' }));
    expect(() => checkDraft({ wires })).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  test('is listed by its name, or by the one before if it has none', () => {
    expect([nameOf({ name: ' New ' }, 'Old'), nameOf({ name: ' ' }, 'Old'), nameOf({}, 'Old')]).toEqual([
      'New',
      'Old',
      'Old',
    ]);
  });
});

test('an export has its keys in order and no connection ids', () => {
  const draft = {
    name: 'B',
    description: 'A',
    connections: { opal: { title: 'Opal', id: 'an-id', connector: 'opal' } },
    wires: [{ to: 'b', from: 'a' }],
  };
  expect(JSON.stringify(exportDraft(draft))).toBe(
    '{"connections":{"opal":{"connector":"opal","title":"Opal"}},"description":"A","name":"B","wires":[{"from":"a","to":"b"}]}',
  );
});
