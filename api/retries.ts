import { z } from 'zod';
import { Id, Instant } from './page.js';
import { route } from './route.js';
import { runStatuses } from './runs.js';

/** From where a run is done again. What does not wait for that place is kept. */
export const RetryPlace = z
  .discriminatedUnion('at', [
    z.object({ at: z.literal('failed') }).describe('What failed, was cancelled or never began'),
    z
      .object({
        at: z.literal('step'),
        step: z.string(),
        iteration: z.string().max(200).default('').describe('Of a step in a loop, such as 3 or 3.0'),
        items: z.enum(['all', 'failed']).default('all').describe('Of a loop: with failed only items that failed'),
      })
      .describe('This step and all that waits for it'),
    z.object({ at: z.literal('start') }),
  ])
  .meta({ id: 'RetryPlace' });
export type RetryPlace = z.infer<typeof RetryPlace>;

/** The version of the run itself, the published one, or the draft as it is saved. */
export const RetryVersion = z.enum(['same', 'published', 'draft']);
export type RetryVersion = z.infer<typeof RetryVersion>;

export const retryEffectStates = ['unknown', 'ask', 'again', 'new', 'kept'] as const;

/** A write that a retry may come to, and what becomes of it. */
export const RetryEffect = z
  .object({
    /** Its key in the ledger; null for one that has never been sent. */
    key: z.string().nullable(),
    stepId: z.string(),
    title: z.string(),
    iteration: z.string(),
    /** Name of the called flow in which it stands; null for a step of the run itself. */
    flow: z.string().nullable(),
    operation: z.string(),
    /**
     * kept: done, and not sent unless its input differs · again: sent · ask: the system is asked first whether it
     * happened · unknown: a person must say whether it happened · new: has never been sent
     */
    state: z.enum(retryEffectStates),
    /** Why it is sent again. */
    why: z.enum(['refused', 'undone', 'operation', 'connection', 'same_key']).nullable(),
    /** Who or what it changes, as the connector tells it: [{ action, subject, object }]. */
    changes: z.array(z.record(z.string(), z.unknown())),
    /** What the system said when it was refused. */
    said: z.string().nullable(),
    at: Instant.nullable(),
  })
  .meta({ id: 'RetryEffect' });
export type RetryEffect = z.infer<typeof RetryEffect>;

export const RetryPreview = z
  .object({
    /** Number of the version that would run; 0 is the draft. */
    version: z.number().int(),
    /** Why it cannot be done, in words; null when it can. */
    cannot: z.string().nullable(),
    /** Rows of steps that are kept, iterations of loops included. */
    kept: z.number().int(),
    /** Steps that are done again although the run had ended them, because the version differs. */
    changed: z.array(
      z.object({ stepId: z.string(), title: z.string(), why: z.enum(['new', 'gone', 'kind', 'moved']) }),
    ),
    counts: z.object({
      kept: z.number().int(),
      again: z.number().int(),
      ask: z.number().int(),
      unknown: z.number().int(),
      new: z.number().int(),
    }),
    /** The first 200, those that need a person first. */
    effects: z.array(RetryEffect),
  })
  .meta({ id: 'RetryPreview' });
export type RetryPreview = z.infer<typeof RetryPreview>;

const choice = { place: RetryPlace, version: RetryVersion.default('same') };

/** One run of a chain of retries. */
export const ChainRun = z
  .object({
    id: Id,
    retryOf: Id.nullable(),
    status: z.enum(runStatuses),
    version: z.number().int(),
    createdAt: Instant,
    endedAt: Instant.nullable(),
    /** What it was asked for; null for the first run. */
    place: RetryPlace.nullable(),
  })
  .meta({ id: 'ChainRun' });
export type ChainRun = z.infer<typeof ChainRun>;

export const retryRoutes = {
  preview: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/retry/preview',
    access: 'run:operate',
    summary: 'What a retry would keep, do and send again; nothing is done yet',
    body: z.object(choice),
    answer: RetryPreview,
  }),
  make: route({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/retry',
    access: 'run:operate',
    summary: 'Do a run again from a place: a new run, the old one stays as it was',
    status: 201,
    body: z.object({
      ...choice,
      again: z
        .array(z.string().max(100))
        .max(500)
        .default([])
        .describe('Keys of writes that are done and are to be sent once more'),
      outcomes: z
        .array(z.object({ key: z.string().max(100), outcome: z.enum(['happened', 'not_happened']) }))
        .max(500)
        .default([])
        .describe('What a person found out about writes whose outcome was not known'),
    }),
    answer: z.object({ runId: Id }),
  }),
  chain: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/chain',
    access: 'run:read',
    summary: 'The run with all its retries, oldest first',
    answer: z.object({ items: z.array(ChainRun) }),
  }),
};
