import { type Draft, draftSchema } from '@castellan/flow';
import { ApiError } from '../platform/errors.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';

/** Longest draft as JSON. It is twice what may be published, so that a flow grown too large can still be saved and cut. */
const longestDraft = 2 * 1024 * 1024;
const longestName = 200;

/** The draft if it is a flow at all; everything else that is wrong with it may wait until publish. */
export function checkDraft(value: unknown): Draft {
  const parsed = draftSchema.safeParse(value);
  if (!parsed.success) throw invalidInput(problemsIn(parsed.error, '/draft'));
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > longestDraft) {
    throw new ApiError('too_large', `The flow has ${bytes} bytes; at most ${longestDraft} can be saved.`, {
      limit: longestDraft,
    });
  }
  return parsed.data;
}

/** An empty canvas. */
export function emptyDraft(name: string): Draft {
  return { schema: 1, name, connections: {}, variables: {}, triggers: {}, steps: {}, wires: [] };
}

/** The name by which lists show the draft: its own, cut to what a list can show, else the one before. */
export function nameOf(draft: Draft, fallback: string): string {
  return draft.name?.trim().slice(0, longestName) || fallback;
}

/** The draft as a file: keys in order so that it diffs well, and without the ids of this installation's connections. */
export function exportDraft(draft: Draft): Draft {
  return sorted(withoutConnectionIds(draft)) as Draft;
}

/** The draft with its slots empty. */
export function withoutConnectionIds(draft: Draft): Draft {
  const slots = Object.entries(draft.connections ?? {}).map(([name, { id: _, ...slot }]) => [name, slot]);
  return { ...draft, connections: Object.fromEntries(slots) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
