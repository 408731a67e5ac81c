import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ConnectionsService } from '../connections/connections.service.js';
import { IntakeDatabase } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { ArrivedEvent } from './arrived-events.js';
import { type Arrival, isInParts, parseBody, withoutCredentials } from './delivery.js';
import { type HookResponse, json } from './hook-answers.js';
import type { DraftSender } from './listeners.service.js';
import { checkSender } from './sender-check.js';
import { withoutSecrets } from './shown-body.js';

/** A sample stands in the flow itself. */
const largestSample = 128 * 1024;

/** A trigger of a draft that waits for a delivery. */
interface Listener {
  flowId: string;
  triggerId: string;
  workspaceId: string;
  sender: DraftSender;
}

const caughtAnswer = json(202, { caught: true });

/** Hands deliveries to those who wait for one as a sample. It starts no run, and is in no run's way. */
@Injectable()
export class CatchSample {
  /** Refusals that are noted for one listener: each is a write. */
  private readonly notes = new RateLimiterMemory({ points: 2, duration: 1 });

  constructor(
    private readonly database: IntakeDatabase,
    private readonly connections: ConnectionsService,
  ) {}

  /** What a webhook's address hears, by the rules of the draft. Null where nobody waits, or the sender is not let in. */
  async atAddress(path: string, arrival: Arrival): Promise<HookResponse | null> {
    const [listener] = await this.listening('l.path = $1 and l.connection_id is null', [path]);
    if (!listener) return null;
    const sender = checkSender(await this.rulesOf(listener), arrival, new Date());
    if (sender.challenge) return json(sender.challenge.status, sender.challenge.body);
    const refusal =
      sender.refusal ?? (isInParts(arrival) ? 'Its body comes in parts (multipart), which are not read.' : null);
    if (refusal !== null) {
      await this.noteRefusal(listener, refusal);
      return null;
    }
    const body = parseBody(arrival.rawBody, arrival.headers['content-type']);
    const shown = withoutCredentials(arrival, sender.carries);
    return (await this.caught(listener, { method: arrival.method, ...shown, body })) ? caughtAnswer : null;
  }

  /** The events of a delivery to a connection, which was verified. */
  async atConnection(
    connectionId: string,
    events: ArrivedEvent[],
    arrival: Arrival,
    carries: { headers?: string[]; query?: string[] },
  ): Promise<void> {
    for (const listener of await this.listening('l.connection_id = $1', [connectionId])) {
      const heard = events.find(({ heardAt }) => heardAt?.name === listener.event);
      if (!heard) continue;
      const body = heard.payload ?? parseBody(arrival.rawBody, arrival.headers['content-type']);
      await this.caught(listener, { method: arrival.method, ...withoutCredentials(arrival, carries), body });
    }
  }

  /** A delivery to a connection that was not let in. */
  async refusedAtConnection(connectionId: string, reason: string): Promise<void> {
    for (const listener of await this.listening('l.connection_id = $1', [connectionId])) {
      await this.noteRefusal(listener, reason);
    }
  }

  private listening(where: string, values: unknown[]): Promise<(Listener & { event: string | null })[]> {
    return this.database.query(
      `select l.flow_id as "flowId", l.trigger_id as "triggerId", l.workspace_id as "workspaceId", l.sender, l.event
         from listeners l join flows f on f.id = l.flow_id and f.removed_at is null
        where ${where} and l.until > now()`,
      values,
    );
  }

  private async rulesOf({ workspaceId, sender: { methods, scheme, connection, allowFrom } }: Listener) {
    if (scheme === null) return { methods, allowFrom, signature: null };
    const fields = connection === null ? null : await this.fieldsOf(workspaceId, connection);
    return { methods, allowFrom, signature: { scheme, fields } };
  }

  /** Null once the connection was removed. */
  private async fieldsOf(workspaceId: string, id: string): Promise<Record<string, unknown> | null> {
    try {
      return (await this.connections.open(this.database, workspaceId, id)).fields;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** The first one counts, whichever process it came to. */
  private async caught(listener: Listener, sample: object): Promise<boolean> {
    // It will stand in the flow, and go along where that is exported.
    const text = JSON.stringify({ at: new Date().toISOString(), sample: withoutSecrets(sample) });
    if (Buffer.byteLength(text) > largestSample) {
      await this.noteRefusal(listener, `It is larger than ${largestSample / 1024} KiB, too large for a sample.`);
      return false;
    }
    const [row] = await this.database.query(
      `update listeners set caught = $3, until = null where flow_id = $1 and trigger_id = $2 and until > now() returning 1`,
      [listener.flowId, listener.triggerId, text],
    );
    return row !== undefined;
  }

  private async noteRefusal({ flowId, triggerId }: Listener, reason: string): Promise<void> {
    const noted = await this.notes.consume(`${flowId} ${triggerId}`).catch((limit: unknown) => {
      if (limit instanceof Error) throw limit;
      return null;
    });
    if (noted === null) return;
    await this.database.query(
      'update listeners set refused = $3 where flow_id = $1 and trigger_id = $2 and until > now()',
      [flowId, triggerId, JSON.stringify({ at: new Date().toISOString(), reason })],
    );
  }
}
