import { z } from 'zod';
import type { EventKind } from './catalog/index.js';
import { Instant } from './catalog/parts.js';

/** An event as its row holds it. */
export interface EmittedEvent {
  id: string;
  workspaceId: string;
  type: string;
  data: Record<string, unknown>;
  depth: number;
  test: boolean;
  at: Date;
}

/** SQL for `emitted_events e` as one value, out of which `eventOf` makes the event. */
export const eventAsJson = `jsonb_build_object('id', e.id, 'workspaceId', e.workspace_id, 'type', e.type,
  'data', e.data, 'depth', e.depth, 'test', e.test, 'at', e.at)`;
export type EventAsJson = Omit<EmittedEvent, 'at'> & { at: string };
export const eventOf = (event: EventAsJson): EmittedEvent => ({ ...event, at: new Date(event.at) });

/** The whole body as it is sent, always the same for one event. */
export function bodyOf({ id, workspaceId, type, data, test, at }: EmittedEvent, kind: EventKind, origin: string) {
  return {
    id,
    type,
    timestamp: at.toISOString(),
    workspaceId,
    url: `${origin}/w/${workspaceId}/${kind.page(data)}`,
    test,
    data,
  };
}

const schemas = new Map<string, Record<string, unknown>>();

/** JSON Schema of the whole body. */
export function schemaOf({ type, title, description, data }: EventKind): Record<string, unknown> {
  const known = schemas.get(type);
  if (known) return known;
  const whole = z.object({
    id: z.uuid().describe('The same however often it is sent; also the header webhook-id'),
    type: z.literal(type),
    timestamp: Instant.describe('When it happened'),
    workspaceId: z.uuid(),
    url: z.url().describe('The page about it'),
    test: z.boolean().describe('Sent by hand as a trial: nothing has happened'),
    data,
  });
  const schema = { ...z.toJSONSchema(whole), title, description };
  schemas.set(type, schema);
  return schema;
}

/** An event of the kind as it would be sent. */
export function sampleOf(kind: EventKind, workspaceId: string): EmittedEvent {
  return {
    id: '01981f2e-ad40-7f3b-9c6f-7ea02f5b7c05',
    workspaceId,
    type: kind.type,
    data: kind.sample,
    depth: 0,
    test: false,
    at: new Date('2026-05-04T09:00:03.000Z'),
  };
}
