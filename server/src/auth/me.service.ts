import type { Me } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Config } from '../config.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { setSessionCookie } from './session-cookie.js';
import type { NewSession } from './sessions.service.js';

/** What the app needs to know first. */
@Injectable()
export class MeService {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly addresses: Addresses,
  ) {}

  /** Signs the browser in and answers as `describe`. */
  async welcome(session: NewSession, reply: FastifyReply): Promise<Me> {
    setSessionCookie(reply, session.id, { https: this.config.https });
    return this.describe(session.userId);
  }

  async describe(userId: string): Promise<Me> {
    const [user] = await this.database.query<Me['user']>('select id, email, name from users where id = $1', [userId]);
    if (!user) throw new ApiError('unauthenticated');
    const workspaces = await this.database.query<Me['workspaces'][number]>(
      `select w.id, w.name, m.role from members m join workspaces w on w.id = m.workspace_id
       where m.user_id = $1 order by w.name, w.id`,
      [userId],
    );
    return {
      user,
      workspaces,
      publicUrl: this.addresses.origin,
      publicUrlMissing: this.config.publicUrl === null,
      simulators: this.config.simulators.socket !== null || this.config.simulators.url !== null,
    };
  }
}
