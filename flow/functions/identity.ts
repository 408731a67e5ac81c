import type { FunctionDoc } from './function-doc.js';

const topic = 'Identity';

/** People, addresses and what must not be read. */
export const addedIdentity = [
  {
    name: 'parseEmail',
    topic,
    parameters: ['text: text'],
    gives: 'object',
    fixedMembers: true,
    brief: 'the parts of one e-mail address',
    about: 'With or without a display name; the domain in small letters. Nothing if it is none, or more than one.',
    example: {
      source: '$parseEmail("Anna Smith <anna@Example.com>")',
      gives: { name: 'Anna Smith', address: 'anna@example.com', local: 'anna', domain: 'example.com' },
    },
  },
  {
    name: 'parseEmails',
    topic,
    parameters: ['text: text'],
    gives: 'list',
    brief: 'the parts of each e-mail address in a list',
    about: 'Separated by commas, semicolons or lines, as in a To line. What is no address is left out.',
    example: {
      source: '$parseEmails("\\"Smith, Anna\\" <anna@example.com>; ben@example.org").address',
      gives: ['anna@example.com', 'ben@example.org'],
    },
  },
  {
    name: 'mask',
    topic,
    parameters: ['text: text'],
    gives: 'text',
    brief: 'text made unreadable',
    about: 'Of an e-mail address the first letter and the domain stay, of other long texts the last four characters.',
    example: { source: '$mask("anna.smith@example.com")', gives: 'a***@example.com' },
  },
  {
    name: 'sha256',
    topic,
    parameters: ['text: text'],
    gives: 'text',
    brief: 'the SHA-256 hash of a text',
    about: 'Of its UTF-8, in hexadecimal.',
    example: {
      source: '$sha256("castellan")',
      gives: '0710c0cd2cd70f39e49520c8dc60705d83275b6fd11032459556f85c095ba13f',
    },
  },
  {
    name: 'hash',
    topic,
    parameters: ['text: text', 'algorithm: text', 'encoding?: text'],
    gives: 'text',
    brief: 'a hash of a text by the algorithm that a system asks for',
    about:
      'The algorithm is sha256, sha384, sha512, or, for systems that still need them, sha1 or md5, which protect nothing. The encoding is hex or base64.',
    example: { source: '$hash("anna@example.com", "md5")', gives: '6b56db1f84a3997b902509d3fbf0a306' },
  },
] as const satisfies FunctionDoc[];
