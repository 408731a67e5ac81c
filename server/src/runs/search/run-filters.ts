import { type RunStatus, runStatuses } from '@castellan/api';
import { ApiError } from '../../platform/errors.js';
import { firstIdAt } from '../../platform/ids.js';
import { idCursor, instantFilter } from '../../platform/paging.js';

/** What a list of runs asks for, as it came. */
export interface RunFilters {
  limit: number;
  cursor?: string;
  flowId?: string;
  /** One status or several with commas. */
  status?: string;
  from?: string;
  to?: string;
  q?: string;
  /** Whom or what they are about, or the key that they take turns by: just this text. */
  about?: string;
  mode: string;
}

/** The same, read: times are bounds of ids, by which the months of history are pruned. */
export interface RunScope {
  workspaceId: string;
  mode: string;
  flowId: string | null;
  statuses: RunStatus[];
  about: string | null;
  /** Ids from this on; null is from the beginning. */
  from: string | null;
  /** Ids before this; null is to the newest. */
  before: string | null;
}

export function scopeOf(workspaceId: string, filters: RunFilters): RunScope {
  const from = instantFilter(filters.from, 'from');
  const to = instantFilter(filters.to, 'to');
  const bounds = [idCursor(filters.cursor), to && firstIdAt(to)].filter((bound) => bound !== null).sort();
  return {
    workspaceId,
    mode: filters.mode,
    flowId: filters.flowId ?? null,
    statuses: statusesOf(filters.status),
    about: filters.about ?? null,
    from: from && firstIdAt(from),
    before: bounds[0] ?? null,
  };
}

function statusesOf(text: string | undefined): RunStatus[] {
  if (!text) return [];
  return [...new Set(text.split(','))].map((name) => {
    const status = runStatuses.find((known) => known === name);
    if (!status) throw new ApiError('invalid_input', `/query/status: give some of ${runStatuses.join(', ')}.`);
    return status;
  });
}
