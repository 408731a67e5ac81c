import type { FunctionDoc } from './function-doc.js';

const topic = 'Values';

export const builtinValues = [
  {
    name: 'exists',
    topic,
    parameters: ['value: any'],
    gives: 'yes or no',
    brief: 'whether there is a value',
    example: { source: '$exists(trigger.manager)', data: { trigger: { name: 'Anna' } }, gives: false },
  },
  {
    name: 'type',
    topic,
    parameters: ['value: any'],
    gives: 'text',
    brief: 'type of a value',
    about: 'null, number, string, boolean, array, object or function.',
    example: { source: '$type([1])', gives: 'array' },
  },
  {
    name: 'string',
    topic,
    parameters: ['value: any', 'indented?: yes or no'],
    gives: 'text',
    brief: 'as text; lists and objects as JSON',
    example: { source: '$string({"a": 1})', gives: '{"a":1}' },
  },
  {
    name: 'number',
    topic,
    parameters: ['value: any'],
    gives: 'number',
    brief: 'as a number',
    example: { source: '$number("42")', gives: 42 },
  },
  {
    name: 'boolean',
    topic,
    parameters: ['value: any'],
    gives: 'yes or no',
    brief: 'as true or false',
    about: 'False for nothing, null, 0, empty text, and for lists and objects without anything true in them.',
    example: { source: '$boolean("")', gives: false },
  },
  {
    name: 'not',
    topic,
    parameters: ['value: any'],
    gives: 'yes or no',
    brief: 'the opposite',
    example: { source: '$not(1 = 2)', gives: true },
  },
  {
    name: 'error',
    topic,
    parameters: ['message: text'],
    gives: 'any',
    brief: 'fails with the message',
    example: {
      source: 'trigger.n > 0 ? trigger.n : $error("n must be positive")',
      data: { trigger: { n: 3 } },
      gives: 3,
    },
  },
  {
    name: 'assert',
    topic,
    parameters: ['condition: yes or no', 'message: text'],
    gives: 'any',
    brief: 'fails with the message unless the condition holds',
    example: {
      source: '($assert(trigger.n > 0, "n must be positive"); trigger.n)',
      data: { trigger: { n: 3 } },
      gives: 3,
    },
  },
] as const satisfies FunctionDoc[];
