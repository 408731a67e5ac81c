import type { FunctionDoc } from './function-doc.js';

const topic = 'Objects';

export const addedObjects = [
  {
    name: 'diffObjects',
    topic,
    parameters: ['before: object', 'after: object'],
    gives: 'list',
    brief: 'the members in which two objects differ',
    about: 'One item each, { name, before, after }, without before where it is new and without after where it is gone.',
    example: {
      source: '$diffObjects({"title": "Clerk", "team": "IT"}, {"title": "Lead", "team": "IT"})',
      gives: [{ name: 'title', before: 'Clerk', after: 'Lead' }],
    },
  },
  {
    name: 'pick',
    topic,
    parameters: ['object: object', 'names: list of text'],
    gives: 'object',
    brief: 'an object with these members alone',
    example: {
      source: '$pick({"id": "a1", "mail": "a@b.ch", "salary": 1}, ["id", "mail"])',
      gives: { id: 'a1', mail: 'a@b.ch' },
    },
  },
] as const satisfies FunctionDoc[];

export const builtinObjects = [
  {
    name: 'keys',
    topic,
    parameters: ['object: object'],
    gives: 'list',
    brief: 'names of an object',
    example: { source: '$keys({"a": 1, "b": 2})', gives: ['a', 'b'] },
  },
  {
    name: 'lookup',
    topic,
    parameters: ['object: object', 'name: text'],
    gives: 'any',
    brief: 'value of a name',
    example: { source: '$lookup({"de": "Hallo", "en": "Hello"}, "en")', gives: 'Hello' },
  },
  {
    name: 'merge',
    topic,
    parameters: ['list: list of objects'],
    gives: 'object',
    brief: 'objects as one; the later wins',
    example: { source: '$merge([{"a": 1, "b": 1}, {"b": 2}])', gives: { a: 1, b: 2 } },
  },
  {
    name: 'spread',
    topic,
    parameters: ['object: object'],
    gives: 'list',
    brief: 'a list with an object for each member',
    example: { source: '$spread({"a": 1, "b": 2})', gives: [{ a: 1 }, { b: 2 }] },
  },
  {
    name: 'each',
    topic,
    parameters: ['object: object', 'function(value, name)'],
    gives: 'list',
    brief: 'a list made of the members of an object',
    example: { source: '$each({"a": 1, "b": 2}, function($v, $k) { $k & $v })', gives: ['a1', 'b2'] },
  },
  {
    name: 'sift',
    topic,
    parameters: ['object: object', 'function(value, name)'],
    gives: 'object',
    brief: 'an object with the members that fit',
    example: { source: '$sift({"a": 1, "b": 2}, function($v) { $v > 1 })', gives: { b: 2 } },
  },
  {
    name: 'clone',
    topic,
    parameters: ['value: any'],
    gives: 'any',
    brief: 'a copy of a value',
    example: { source: '$clone({"a": 1})', gives: { a: 1 } },
  },
] as const satisfies FunctionDoc[];
