import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Notifications } from '../platform/database/index.js';
import { type Actor, type EventStream, EventStreams } from '../platform/routes/index.js';
import { type ChangeTopic, changesChannel, changeTopics, readChange } from './changes.js';

/** Changes are collected for so long, so that a burst of runs is ten messages a second and not a thousand. */
const tellEveryMs = 100;

/** The streams of one workspace, and what they have not been told yet. */
interface Audience {
  streams: Set<EventStream>;
  pending: Map<ChangeTopic, Set<string>>;
  timer: NodeJS.Timeout | null;
}

/** Tells open pages which rows of their lists changed: ids only, the page reads again. */
@Injectable()
export class WorkspaceEvents implements OnModuleInit {
  private readonly audiences = new Map<string, Audience>();

  constructor(
    private readonly notifications: Notifications,
    private readonly streams: EventStreams,
  ) {}

  onModuleInit(): void {
    this.notifications.listen(changesChannel, (payload) => (payload === null ? this.missed() : this.note(payload)));
  }

  /** Event `runs`, `approvals` or `flows` with the ids that changed; an empty list says: look at all. */
  open(actor: Actor, reply: FastifyReply): void {
    const { workspaceId } = actor;
    const audience = this.audiences.get(workspaceId) ?? { streams: new Set(), pending: new Map(), timer: null };
    this.audiences.set(workspaceId, audience);
    const stream = this.streams.start(reply);
    audience.streams.add(stream);
    stream.onClose(() => {
      audience.streams.delete(stream);
      if (audience.streams.size > 0) return;
      if (audience.timer) clearTimeout(audience.timer);
      this.audiences.delete(workspaceId);
    });
  }

  private note(payload: string): void {
    const change = readChange(payload);
    const audience = change && this.audiences.get(change.workspaceId);
    if (!audience) return;
    const ids = audience.pending.get(change.topic) ?? new Set();
    for (const id of change.ids) ids.add(id);
    audience.pending.set(change.topic, ids);
    audience.timer ??= setTimeout(() => tell(audience), tellEveryMs);
  }

  /** The connection to Postgres was away: nobody knows what changed meanwhile. */
  private missed(): void {
    for (const { streams } of this.audiences.values()) {
      for (const stream of streams) for (const topic of changeTopics) stream.send({ event: topic, data: { ids: [] } });
    }
  }
}

function tell(audience: Audience): void {
  audience.timer = null;
  for (const [topic, ids] of audience.pending) {
    for (const stream of audience.streams) stream.send({ event: topic, data: { ids: [...ids] } });
  }
  audience.pending.clear();
}
