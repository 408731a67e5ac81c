import { type OpalAppReadName, type OpalAppServes, opalAppReads } from '@castellan/api';
import { ConnectorError, type JsonObject, type JsonValue } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { atPointer } from '../expressions/intake-reading.js';
import { OperationsService } from '../operations/operations.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { AppRow } from './app-rows.js';
import { CallRefusal, itemOf, missingIn } from './contract.js';
import { FlowCalls } from './flow-calls.service.js';
import { ListWalks } from './list-walks.js';

/** An item of a list with its flat fields, as texts. */
export type FlatItem = Record<string, string | null>;

/** A page of a list as the contract writes it. The next cursor is empty at the end. */
export interface AppPage {
  items: Record<string, unknown>[];
  nextCursor: string;
  runId?: string;
}

type Serve = NonNullable<OpalAppServes['reads'][OpalAppReadName]>;

const pageSize = 200;
const operationMs = 20_000;

/**
 * What the mapped systems hold: read from them whenever Opal begins to read a list, so that what it reads back after a
 * grant is what is there, and not what was promised.
 */
@Injectable()
export class AppDirectory {
  private readonly walks = new ListWalks<FlatItem[]>();

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly flows: FlowCalls,
  ) {}

  /** One page of a list; empty where nobody serves it. */
  async page(app: AppRow, read: OpalAppReadName, of: string | null, cursor: string | undefined): Promise<AppPage> {
    const serve = app.serves.reads[read];
    if (!serve) return { items: [], nextCursor: '' };
    if (serve.by === 'flow') return this.askFlow(app, read, { serve, of, cursor });
    const after = cursor === undefined ? null : placeOf(cursor);
    const walk = JSON.stringify([app.id, app.updatedAt, read, of]);
    // A first page is read anew. The pages after it are of the same list, so that a long one is read once and not per page.
    const all = (after !== null && this.walks.of(walk)) || (await this.held(app, read, serve, of));
    const rest = all.filter((item) => after === null || keyOf(item) > after);
    const shown = rest.slice(0, pageSize);
    const last = shown.at(-1);
    if (rest.length === shown.length || !last) {
      this.walks.end(walk);
      return { items: shown.map((item) => itemOf(read, item)), nextCursor: '' };
    }
    this.walks.keep(walk, all);
    const nextCursor = Buffer.from(keyOf(last)).toString('base64url');
    return { items: shown.map((item) => itemOf(read, item)), nextCursor };
  }

  /** One resource or group, out of the list of them. */
  async one(app: AppRow, read: 'resources' | 'groups', id: string): Promise<Record<string, unknown>> {
    const serve = app.serves.reads[read];
    if (serve?.by === 'connection') {
      const held = (await this.held(app, read, serve, null)).find((item) => item.id === id);
      if (held) return itemOf(read, held);
      throw notThere(read, id);
    }
    let cursor = '';
    do {
      const page: AppPage = await this.page(app, read, null, cursor || undefined);
      const found = page.items.find((item) => item.id === id);
      if (found) return found;
      cursor = page.nextCursor;
    } while (cursor !== '');
    throw notThere(read, id);
  }

  /** All of a list that a connection serves, now; null where none does. */
  async heldNow(app: AppRow, read: OpalAppReadName, of: string): Promise<FlatItem[] | null> {
    const serve = app.serves.reads[read];
    return serve?.by === 'connection' ? this.held(app, read, serve, of) : null;
  }

  private async held(
    { workspaceId }: AppRow,
    read: OpalAppReadName,
    { connectionId, operation, input, argument, fields }: Extract<Serve, { by: 'connection' }>,
    of: string | null,
  ): Promise<FlatItem[]> {
    const given = argument === undefined || of === null ? input : { ...input, [argument]: of };
    const output = await this.call(workspaceId, { connectionId, operation, input: given });
    const rows = (output as { items?: JsonValue[] } | null)?.items;
    if (!Array.isArray(rows)) throw new CallRefusal(502, `${operation} answers no list of items.`);
    const items = rows.map((row) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, pointer]) => [name, textOf(atPointer(row, pointer))] as const),
      ),
    );
    // What a system does not know of an item, such as a mail address, cannot be told to Opal.
    return items
      .filter((item) => missingIn(read, item).length === 0)
      .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  private async call(
    workspaceId: string,
    { connectionId, operation, input }: { connectionId: string; operation: string; input: Record<string, unknown> },
  ): Promise<JsonValue> {
    try {
      const connection = await this.connections.open(this.database, workspaceId, connectionId);
      const { connector } = connection;
      return await this.operations.call({ connector, operation, input, connection, timeoutMs: operationMs });
    } catch (error) {
      if (error instanceof ConnectorError) throw new CallRefusal(error.status === 404 ? 404 : 502, error.message);
      if (error instanceof ApiError && error.code === 'not_found') {
        throw new CallRefusal(503, 'The connection that serves this call is no longer there.');
      }
      throw error;
    }
  }

  private async askFlow(
    app: AppRow,
    read: OpalAppReadName,
    { serve, of, cursor }: { serve: Extract<Serve, { by: 'flow' }>; of: string | null; cursor: string | undefined },
  ): Promise<AppPage> {
    const about = of === null ? {} : { [opalAppReads[read].of as string]: of };
    const input = { call: read, appId: app.appId, ...about, cursor: cursor ?? null };
    const { runId, body } = await this.flows.ask(app.workspaceId, serve.flowId, input);
    const { items, nextCursor } = (body ?? {}) as { items?: JsonObject[]; nextCursor?: unknown };
    if (!Array.isArray(items))
      throw new CallRefusal(502, 'The flow answered no list: its body is to be { items, nextCursor }.');
    const flat = items.map((item) =>
      Object.fromEntries(Object.keys(opalAppReads[read].fields).map((name) => [name, textOf(item[name])] as const)),
    );
    const wrong = flat.findIndex((item) => missingIn(read, item).length > 0);
    if (wrong >= 0) {
      const names = missingIn(read, flat[wrong] as FlatItem).join(', ');
      throw new CallRefusal(502, `The flow answered an item without ${names} (/items/${wrong}).`);
    }
    return { items: flat.map((item) => itemOf(read, item)), nextCursor: textOf(nextCursor) ?? '', runId };
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

const notThere = (read: 'resources' | 'groups', id: string): CallRefusal =>
  new CallRefusal(404, `There is no ${read === 'resources' ? 'resource' : 'group'} ${id}.`);

/** What items are ordered by: the same at each call, whatever the system's own order. */
const keyOf = (item: FlatItem): string => JSON.stringify(Object.values(item));

function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!place.startsWith('[')) throw new CallRefusal(400, 'The cursor is not one of this app.');
  return place;
}
