import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { bodyOf, type EmittedEvent, sampleOf } from './body.js';
import { eventKindOf } from './catalog/index.js';
import { checkFilter, passesFilter } from './filter.js';

const eventsTried = 10;

/** Tries a filter on the sample of an event and on the last ones that were told, before it keeps any back. */
@Injectable()
export class EventFilterTrial {
  constructor(
    private readonly database: Database,
    private readonly expressions: ExpressionHost,
    private readonly addresses: Addresses,
  ) {}

  async try({ workspaceId }: Actor, { event: type, filter }: { event: string; filter: string }) {
    const kind = found(eventKindOf(type), 'event');
    checkFilter(filter);
    const last = await this.database.query<EmittedEvent>(
      `select id, workspace_id as "workspaceId", type, data, depth, test, at from emitted_events
        where workspace_id = $1 and type = $2 and not test order by at desc limit ${eventsTried}`,
      [workspaceId, type],
    );
    const tried = [
      { event: sampleOf(kind, workspaceId), isSample: true },
      ...last.map((event) => ({ event, isSample: false })),
    ];
    const items = await Promise.all(
      tried.map(async ({ event, isSample }) => {
        const body = bodyOf(event, kind, this.addresses.origin);
        const verdict = await passesFilter(this.expressions, { source: filter, body, workspaceId });
        return {
          eventId: isSample ? null : event.id,
          at: isSample ? null : event.at.toISOString(),
          passes: 'error' in verdict ? null : verdict.passes,
          error: 'error' in verdict ? verdict.error : null,
        };
      }),
    );
    return { items };
  }
}
