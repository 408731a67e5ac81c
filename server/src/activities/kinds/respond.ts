import { type Conclusion, type Evaluation, failed, ofValue } from './conclusion.js';

/** Headers that a flow may set on its answer; all else is the server's. */
const allowedHeaders = /^(content-type|content-language|cache-control|retry-after|x-[a-z0-9-]+)$/;

/** The answer to the caller of the webhook. */
export function respond(step: { status?: unknown; headers?: unknown; body?: unknown }): Evaluation {
  return ofValue({ status: step.status ?? 200, headers: step.headers ?? {}, body: step.body ?? null }, '', (value) => {
    const { status, headers, body } = value as { status: unknown; headers: unknown; body: unknown };
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
      return failed('E_PARAM_TYPE', 'The status of an answer is a whole number from 200 to 599 (/status)');
    }
    return withHeaders(status, headers, body);
  });
}

function withHeaders(status: number, headers: unknown, body: unknown): Conclusion {
  const named: Record<string, string> = {};
  for (const [name, text] of Object.entries((headers ?? {}) as Record<string, unknown>)) {
    const header = name.toLowerCase();
    if (!allowedHeaders.test(header))
      return failed('E_PARAM_TYPE', `An answer may not set the header ${name} (/headers)`);
    if (typeof text !== 'string' || hasLineBreak(text)) {
      return failed('E_PARAM_TYPE', `The header ${name} is a text of one line (/headers/${name})`);
    }
    named[header] = text;
  }
  return { status: 'succeeded', port: 'out', output: { status, body }, response: { status, headers: named, body } };
}

const hasLineBreak = (text: string): boolean => text.includes('\r') || text.includes('\n');
