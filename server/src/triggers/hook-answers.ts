import type { HookAnswer } from '@castellan/api';
import type { z } from 'zod';
import { deepestCall } from '../runs/depth.js';
import type { Answer } from './answers.service.js';
import type { Taken } from './intake.service.js';

/** What a sender is answered. */
export interface HookResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HookResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Everything that is not let in gets this, whatever the reason: the delivery log tells it to those who may know. */
export const notHere = json(404, { code: 'not_found', message: 'There is nothing at this address.' });

/** To a sender that gets itself another token, and comes again with it. */
export const signInAgain = json(
  401,
  { code: 'unauthenticated', message: 'The token is not valid, or no longer.' },
  { 'www-authenticate': 'Bearer' },
);

/** To a run of ours whose flow, by way of others or not, starts itself. */
export const tooDeep = json(409, {
  code: 'E_RECURSION',
  message: `Flows start each other more than ${deepestCall} deep; break the circle.`,
});

/** To a sender that proved who it is, but sends files and fields in parts. */
export const inParts = json(415, {
  code: 'invalid_input',
  message: 'Bodies in parts (multipart) are not read. Send JSON, a form as application/x-www-form-urlencoded, or text.',
});

export const tooMany = (seconds: number, message: string): HookResponse =>
  json(429, { code: 'rate_limited', message }, { 'retry-after': String(Math.max(1, Math.ceil(seconds))) });

/** The answer at once: what came of the delivery. */
export function accepted({ deliveryId, runs, woken, status }: Taken, code = 202): HookResponse {
  const [run] = runs;
  const body: z.infer<typeof HookAnswer> = {
    deliveryId,
    ...(run ? { runId: run.runId } : {}),
    ...(run || status === 'duplicate' ? { duplicate: run?.duplicate ?? true } : {}),
    ...(woken.length > 0 ? { woke: woken.length } : {}),
    ...(status === 'filtered' ? { filtered: true } : {}),
    ...(status === 'queued' ? { queued: true } : {}),
  };
  return json(code, body);
}

/** The flow's own answer; without one, how the run ended or stands. */
export function answerOf(runId: string, { status, ended, response }: Answer): HookResponse {
  if (!response) return json(ended ? 200 : 202, { runId, status });
  const isText = typeof response.body === 'string';
  return {
    status: response.status,
    headers: { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...response.headers },
    body: isText ? (response.body as string) : JSON.stringify(response.body),
  };
}
