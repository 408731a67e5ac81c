import { createHmac } from 'node:crypto';
import type { OpalAppCheck } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { type AppAnswer, AppDoor } from './app-door.service.js';
import { appOf } from './app-rows.js';
import { OpalAppsService } from './opal-apps.service.js';

type Listed = Record<string, { id?: string }[]>;

/** Reads an app in the order in which Opal does, with requests that are signed as Opal signs them. */
@Injectable()
export class AppCheck {
  constructor(
    private readonly database: Database,
    private readonly apps: OpalAppsService,
    private readonly door: AppDoor,
  ) {}

  async run({ workspaceId }: Actor, id: string): Promise<{ checks: OpalAppCheck[] }> {
    const app = found(await appOf(this.database, workspaceId, id), 'custom app');
    const { signingSecret } = await this.apps.secretsOf(app);
    const checks: OpalAppCheck[] = [];
    const read = async (path: string): Promise<Listed> => {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      // An empty body is signed as an empty object.
      const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:{}`).digest('hex');
      const headers = { 'x-opal-signature': signature, 'x-opal-request-timestamp': timestamp };
      const query: Record<string, string> = { app_id: app.appId };
      const request = { method: 'GET', path, query, headers, rawBody: new Uint8Array() };
      const answer = (await this.door.answer(app.hookPath, request)) as AppAnswer;
      checks.push({ method: 'GET', target: `/${path}`, ...outcomeOf(answer) });
      return answer.status === 200 ? ((answer.body ?? {}) as Listed) : {};
    };
    await read('status');
    await read('users');
    const [resource] = (await read('resources')).resources ?? [];
    for (const part of resource ? ['', '/access_levels', '/users'] : []) {
      await read(`resources/${encodeURIComponent(resource?.id as string)}${part}`);
    }
    const [group] = (await read('groups')).groups ?? [];
    for (const part of group ? ['', '/users', '/resources', '/member-groups'] : []) {
      await read(`groups/${encodeURIComponent(group?.id as string)}${part}`);
    }
    await read('events');
    return { checks };
  }
}

function outcomeOf({ status, body }: AppAnswer): Pick<OpalAppCheck, 'status' | 'items' | 'message'> {
  const list = Object.values(body ?? {}).find(Array.isArray) as unknown[] | undefined;
  const message = status === 200 ? null : String((body as { message?: unknown } | undefined)?.message ?? '');
  return { status, items: list ? list.length : null, message };
}
