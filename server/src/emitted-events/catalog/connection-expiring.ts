import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import { defineEvent } from './event-kind.js';
import { ConnectionPart, Instant } from './parts.js';

/** So long before its end a connection is told about: as long as pages warn of it. */
export const warnDays = 14;

export const connectionExpiring = defineEvent({
  type: 'connection.expiring',
  title: 'Connection expiring',
  description: `The secret or the consent of a connection ends within ${warnDays} days, and nothing renews it by itself. Told once for each end.`,
  data: z.object({
    connection: ConnectionPart,
    what: z.enum(['secret', 'consent']),
    endsAt: Instant,
  }),
  sample: {
    connection: {
      id: '01981f2e-9c30-7e2a-8b5e-6d9e1f4a6b04',
      name: 'Opal',
      connector: 'opal',
      simulator: false,
    },
    what: 'secret',
    endsAt: '2026-05-18T00:00:00.000Z',
  },
  page: ({ connection }) => `connections/${connection.id}`,
  // `changed` are the ends that are told now, of expiring-connections.ts.
  facts: {
    joins: 'join connections n on n.id = changed.connection_id',
    when: 'true',
    data: `jsonb_build_object('connection', jsonb_build_object('id', n.id, 'name', n.name, 'connector', n.connector,
      'simulator', n.simulator), 'what', changed.what, 'endsAt', ${isoInstant('changed.ends_at')})`,
    depth: '0',
  },
});
