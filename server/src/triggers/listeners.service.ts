import { randomBytes } from 'node:crypto';
import type { TriggerListener } from '@castellan/api';
import type { Draft, DraftTrigger } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';

/** How long somebody waits for a delivery. */
const listeningMinutes = 5;
const pathBytes = 20;

/** How the draft of a webhook knows its sender; `connection` is the one that holds the secret. */
export interface DraftSender {
  methods: string[];
  scheme: string | null;
  connection: string | null;
  allowFrom: string[] | null;
}

/** Has the next delivery to a trigger caught as its sample, whichever process it comes to. */
@Injectable()
export class ListenersService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly addresses: Addresses,
  ) {}

  /** Listens for the trigger as the saved draft has it. What was caught before is forgotten. */
  async listen(actor: Actor, flowId: string, triggerId: string): Promise<TriggerListener> {
    const { draft } = await this.store.detail(actor.workspaceId, flowId);
    const trigger = found((draft as Draft).triggers?.[triggerId], 'trigger in the saved draft');
    const { sender, connectionId, event } = listensTo(draft as Draft, trigger);
    await this.database.query(
      `insert into listeners (flow_id, trigger_id, workspace_id, path, connection_id, event, sender, until)
       values ($1, $2, $3,
               coalesce((select path from triggers where flow_id = $1 and trigger_id = $2), $4),
               $5, $6, $7, now() + interval '${listeningMinutes} minutes')
       on conflict (flow_id, trigger_id) do update set
         path = coalesce((select path from triggers where flow_id = $1 and trigger_id = $2), listeners.path, excluded.path),
         connection_id = excluded.connection_id, event = excluded.event, sender = excluded.sender,
         until = excluded.until, caught = null, refused = null`,
      [
        ...[flowId, triggerId, actor.workspaceId],
        connectionId === null ? randomBytes(pathBytes).toString('base64url') : null,
        ...[connectionId, event, JSON.stringify(sender)],
      ],
    );
    return this.state(actor, flowId, triggerId);
  }

  async state({ workspaceId }: Actor, flowId: string, triggerId: string): Promise<TriggerListener> {
    await this.store.detail(workspaceId, flowId);
    const [row] = await this.database.query<Omit<TriggerListener, 'url'> & { path: string | null }>(
      `select coalesce(c.hook_path, l.path) as path, case when l.until > now() then l.until end as until, l.caught, l.refused
         from listeners l left join connections c on c.id = l.connection_id
        where l.flow_id = $1 and l.trigger_id = $2`,
      [flowId, triggerId],
    );
    if (!row) return { url: null, until: null, caught: null, refused: null };
    const { path, ...state } = row;
    return { url: path === null ? null : this.addresses.hook(path), ...state };
  }

  /** Its address is kept for when the flow is published. */
  async stop({ workspaceId }: Actor, flowId: string, triggerId: string): Promise<void> {
    await this.store.detail(workspaceId, flowId);
    await this.database.query(
      'update listeners set until = null, caught = null, refused = null where flow_id = $1 and trigger_id = $2',
      [flowId, triggerId],
    );
  }
}

/** Where the trigger is heard, and by what its sender is known there. */
function listensTo(
  draft: Draft,
  trigger: DraftTrigger,
): { sender: DraftSender; connectionId: string | null; event: string | null } {
  const connectionIn = (slot: unknown): string | null => draft.connections?.[String(slot ?? '')]?.id ?? null;
  if (trigger.kind === 'webhook') {
    const { scheme = null, connection } = (trigger.signature ?? {}) as { scheme?: string; connection?: string };
    const methods = Array.isArray(trigger.methods) ? trigger.methods.map(String) : ['POST'];
    const allowFrom = Array.isArray(trigger.allowFrom) ? trigger.allowFrom.map(String) : null;
    return {
      sender: { methods, scheme, connection: connectionIn(connection), allowFrom },
      connectionId: null,
      event: null,
    };
  }
  if (trigger.kind !== 'connector' || isRead(draft, trigger)) {
    throw new ApiError('invalid_input', 'Only a trigger that something is delivered to can listen.');
  }
  const connectionId = connectionIn(trigger.connection);
  if (connectionId === null || typeof trigger.event !== 'string') {
    throw new ApiError('invalid_input', 'Choose the connection and the event first: a delivery comes by way of them.');
  }
  const sender = { methods: ['POST'], scheme: null, connection: null, allowFrom: null };
  return { sender, connectionId, event: trigger.event };
}

/** Whether the event is read from its system, and so never delivered. */
function isRead(draft: Draft, { connection, event }: DraftTrigger): boolean {
  const connector = draft.connections?.[String(connection ?? '')]?.connector;
  return connector !== undefined && connectorOf(connector).triggers[String(event)]?.poll !== undefined;
}
