import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config.js';
import { prepared, type Sql } from './sql.js';

/** Gets the payload, or null when listening begins or begins again: what was sent before is lost, so look for yourself. */
export type NotificationHandler = (payload: string | null) => void;

/** Postgres takes less than 8,000 bytes in one notification. */
export const notificationLimit = 7_900;

/** LISTEN on one connection of its own, which comes back by itself. A lost notification costs its listeners a look. */
@Injectable()
export class Notifications implements OnApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly handlers = new Map<string, Set<NotificationHandler>>();
  private client: pg.Client | null = null;
  private connecting = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(private readonly config: Config) {}

  /** Calls `handler` for each notification on the channel until the returned function is called. */
  listen(channel: string, handler: NotificationHandler): () => void {
    let handlers = this.handlers.get(channel);
    if (!handlers) {
      handlers = new Set();
      this.handlers.set(channel, handlers);
      this.subscribe(channel);
    }
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
      // The channel stays listened to: channels are few, and a page that reloads would only ask for it again.
    };
  }

  private subscribe(channel: string): void {
    if (!this.client) void this.connect();
    else {
      const listening = this.client.query(`listen ${pg.escapeIdentifier(channel)}`);
      void listening.then(
        () => this.tell(channel, null),
        () => undefined,
      );
    }
  }

  private async connect(): Promise<void> {
    if (this.connecting || this.closed) return;
    this.connecting = true;
    const client = new pg.Client({
      connectionString: this.config.databaseUrl,
      application_name: 'castellan notifications',
      connectionTimeoutMillis: 2_500,
      query_timeout: 7_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => this.tell(channel, payload ?? ''));
    try {
      await client.connect();
      if (this.closed) return await client.end();
      client.on('end', () => this.lost(client));
      this.client = client;
      for (const channel of this.handlers.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      this.connecting = false;
      for (const channel of this.handlers.keys()) this.tell(channel, null);
    } catch {
      this.connecting = false;
      await client.end().catch(() => undefined);
      this.lost(client);
    }
  }

  private lost(client: pg.Client): void {
    if (this.closed || (this.client !== null && this.client !== client)) return;
    this.client = null;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.connect(), 500);
  }

  private tell(channel: string, payload: string | null): void {
    for (const handler of this.handlers.get(channel) ?? []) {
      try {
        handler(payload);
      } catch (error) {
        this.logger.error(`A listener of ${channel} failed`, error instanceof Error ? error.stack : String(error));
      }
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }
}

const sendNotification = prepared('select pg_notify($1, $2)');

/** Sends a notification; in a transaction it goes out with the commit. At most `notificationLimit` bytes. */
export async function notify(sql: Sql, channel: string, payload: string): Promise<void> {
  if (Buffer.byteLength(payload) > notificationLimit) {
    throw new RangeError(
      `A notification of ${Buffer.byteLength(payload)} bytes is past ${notificationLimit}: send fewer ids at once.`,
    );
  }
  await sql.query(sendNotification, [channel, payload]);
}
