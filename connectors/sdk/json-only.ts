import type { MalformedReason } from './answering.js';
import { isObject } from './json-object.js';

/**
 * Refuses a delivery whose body is no JSON object, whoever signed it, with a sentence on what to do at the vendor. What
 * kind of event an object tells of, if any, is for `events` to say: vendors add events, which are no mistake.
 */
export const jsonOnly =
  (remedy: string): MalformedReason =>
  ({ body, headers }) => {
    const isForm = /^\s*application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
    return isObject(body) && !isForm ? null : `The body is no JSON object. ${remedy}`;
  };
