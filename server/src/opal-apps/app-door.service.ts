import { createHash } from 'node:crypto';
import { opalAppReads } from '@castellan/api';
import { opalSignature } from '@castellan/connectors';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { AppDirectory } from './app-directory.service.js';
import { type AppRow, appAt } from './app-rows.js';
import { type Access, AppWrites } from './app-writes.service.js';
import { type AppCall, CallRefusal, callOf, isText } from './contract.js';
import { OpalAppsService } from './opal-apps.service.js';

/** A request at the address of an app. */
export interface AppRequest {
  method: string;
  /** Below the app's address, without its first slash and without the query. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  rawBody: Uint8Array;
}

export interface AppAnswer {
  status: number;
  /** None: the answer has no body. */
  body?: object;
}

/** So many calls of an app are kept. */
const keptCalls = 500;

/** Answers Opal as the customer's own API would: lets in what Opal signed, and hands it to whoever serves it. */
@Injectable()
export class AppDoor {
  private readonly logger = new Logger(AppDoor.name);

  constructor(
    private readonly database: Database,
    private readonly apps: OpalAppsService,
    private readonly directory: AppDirectory,
    private readonly writes: AppWrites,
  ) {}

  /** @returns null where no app has this address */
  async answer(hookPath: string, request: AppRequest): Promise<AppAnswer | null> {
    try {
      const app = await appAt(this.database, hookPath);
      if (!app) return null;
      const began = Date.now();
      const { answer, runId } = await this.answered(app, request);
      const reason = (answer.body as { message?: string } | undefined)?.message ?? null;
      const kept = answer.status === 200 ? null : reason;
      await this.note(app, request, { status: answer.status, reason: kept, runId, milliseconds: Date.now() - began });
      return answer;
    } catch (error) {
      // Only the database can fail here. A write that was carried out is found again when Opal asks once more.
      this.logger.error(`A call of Opal could not be kept: ${(error as Error).stack}`);
      return errorOf(503, 'Castellan cannot reach its database. Ask again.');
    }
  }

  private async answered(app: AppRow, request: AppRequest): Promise<{ answer: AppAnswer; runId: string | null }> {
    try {
      return await this.admit(app, request);
    } catch (error) {
      if (error instanceof CallRefusal) return { answer: errorOf(error.status, error.message), runId: null };
      this.logger.error(`A call of Opal at the app ${app.id} failed: ${(error as Error).stack}`);
      return { answer: errorOf(500, 'Castellan could not answer this call.'), runId: null };
    }
  }

  private async admit(app: AppRow, request: AppRequest): Promise<{ answer: AppAnswer; runId: string | null }> {
    const { signingSecret, nextSecret } = await this.apps.secretsOf(app);
    const fields = { webhookSecret: signingSecret, ...(nextSecret ? { webhookSecretNext: nextSecret } : {}) };
    const verdict = opalSignature.verify({ ...request, fields, now: new Date() });
    if (!verdict.ok) throw new CallRefusal(401, verdict.reason);
    if (!app.enabled) throw new CallRefusal(503, 'This custom app is switched off in Castellan.');
    const call = callOf(request.method, request.path);
    if (!call) throw new CallRefusal(404, 'This is no call of Opal’s contract for custom apps.');
    const body = request.method === 'POST' ? jsonOf(request.rawBody) : {};
    const appId = request.method === 'POST' ? body.app_id : request.query.app_id;
    if (typeof appId !== 'string') throw new CallRefusal(400, 'app_id is missing.');
    if (appId !== app.appId) throw new CallRefusal(404, `This address answers for another app than “${appId}”.`);
    if (call.kind === 'status') return { answer: { status: 200 }, runId: null };
    if (call.kind === 'write') {
      const access = accessOf(call, body, request.query);
      await this.useUp(app, request);
      const { runId } = await this.writes.carryOut(app, call.write, access);
      return { answer: { status: 200 }, runId };
    }
    if (call.kind === 'one') {
      const found = await this.directory.one(app, call.read, call.id);
      // One copy of the contract wraps a group, another does not: both find what they look for.
      const answer = call.read === 'resources' ? { resource: found } : { group: found, ...found };
      return { answer: { status: 200, body: answer }, runId: null };
    }
    const {
      items,
      nextCursor,
      runId = null,
    } = await this.directory.page(app, call.read, call.of, request.query.cursor || undefined);
    const shown = call.read === 'events' ? within(items, request.query) : items;
    const page = { [opalAppReads[call.read].list]: shown, next_cursor: nextCursor };
    return { answer: { status: 200, body: page }, runId };
  }

  /**
   * The very same request to change something is not taken twice: Opal signs each of its attempts anew. Neither method
   * nor path are signed, so they are a part of what is remembered.
   */
  private async useUp(app: AppRow, { method, path, query, headers }: AppRequest): Promise<void> {
    const signed = [method, path, query, headers['x-opal-request-timestamp'], headers['x-opal-signature']];
    const signature = createHash('sha256').update(JSON.stringify(signed)).digest('hex');
    const rows = await this.database.query(
      'insert into opal_app_signatures (app, signature) values ($1, $2) on conflict do nothing returning app',
      [app.id, signature],
    );
    if (rows.length === 0) throw new CallRefusal(401, 'This very request was taken before.');
    await this.database.query(`delete from opal_app_signatures where used_at < now() - interval '1 hour'`);
  }

  private async note(
    { id }: AppRow,
    { method, path, query }: AppRequest,
    {
      status,
      reason,
      runId,
      milliseconds,
    }: { status: number; reason: string | null; runId: string | null; milliseconds: number },
  ): Promise<void> {
    const { app_id: _, ...shown } = query;
    const text = new URLSearchParams(shown).toString();
    const target = `/${path}${text ? `?${text}` : ''}`.slice(0, 500);
    await this.database.query(
      `with gone as (
         delete from opal_app_calls where app = $2 and id <
           (select id from opal_app_calls where app = $2 order by id desc offset ${keptCalls} limit 1)
       )
       insert into opal_app_calls (id, app, method, target, status, reason, run_id, milliseconds)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [newId(), id, method.slice(0, 10), target.replaceAll('\0', ''), status, reason, runId, milliseconds],
    );
  }
}

const errorOf = (status: number, message: string): AppAnswer => ({ status, body: { code: status, message } });

function jsonOf(rawBody: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(rawBody).toString('utf8');
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Said below, as for every other body that is no object.
  }
  throw new CallRefusal(400, 'The body is no JSON object.');
}

function accessOf(
  { ids, body: field }: Extract<AppCall, { kind: 'write' }>,
  body: Record<string, unknown>,
  query: Record<string, string>,
): Access {
  const level = field === null ? query.access_level_id : body.access_level_id;
  if (level !== undefined && level !== null && !(typeof level === 'string' && isText(level))) {
    throw new CallRefusal(400, 'access_level_id is no text.');
  }
  const leveled = level ? { accessLevelId: level } : {};
  if (field === null) return { ...ids, ...leveled };
  const given = body[field];
  if (typeof given !== 'string' || given === '') throw new CallRefusal(400, `${field} is missing.`);
  if (!isText(given)) throw new CallRefusal(400, `${field} holds what is no text.`);
  const name = field === 'user_id' ? 'userId' : field === 'resource_id' ? 'resourceId' : 'memberGroupId';
  return { ...ids, [name]: given, ...leveled };
}

/** Events of the time that Opal asks for. */
function within(items: Record<string, unknown>[], { start, end }: Record<string, string>): Record<string, unknown>[] {
  const from = start ? timeOf(start, 'start') : -Infinity;
  const to = end ? timeOf(end, 'end') : Infinity;
  return items.filter(({ occurred_at }) => {
    const at = Date.parse(String(occurred_at));
    return at >= from && at <= to;
  });
}

function timeOf(text: string, name: string): number {
  const time = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  if (Number.isNaN(time)) throw new CallRefusal(400, `${name} is no time.`);
  return time;
}
