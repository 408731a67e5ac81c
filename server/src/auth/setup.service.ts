import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config.js';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { LoginLimits } from './login-limits.js';
import { hashPassword } from './passwords.js';
import { type NewSession, SessionsService } from './sessions.service.js';

interface FirstAdministrator {
  email: string;
  name: string;
  password: string;
  workspace: string;
}

/** Makes the first administrator, once in an installation's life. */
@Injectable()
export class SetupService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly limits: LoginLimits,
    private readonly audit: AuditService,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
    private readonly config: Config,
  ) {}

  async state(): Promise<{ done: boolean }> {
    const [row] = await this.database.query(`select 1 from installation where key = 'setup_done'`);
    return { done: row !== undefined };
  }

  /** At a start: the unattended set-up if the environment asks for it, else the one-time link while one is needed. */
  async prepare(): Promise<string | null> {
    if ((await this.state()).done) return null;
    const { email, password, workspace } = this.config.setup;
    if (email !== null && password !== null) {
      await this.make({ email, password, name: email.split('@')[0] ?? email, workspace: workspace ?? 'Main' }).catch(
        (error) => {
          // Another process of this installation was faster.
          if (!(error instanceof ApiError && error.code === 'setup_done')) throw error;
        },
      );
      return null;
    }
    return `${this.addresses.origin}/setup#code=${await this.code()}`;
  }

  /** Whoever holds the link becomes the first administrator and is signed in. */
  async finish(
    { code, ...administrator }: FirstAdministrator & { code: string },
    address: string,
  ): Promise<NewSession> {
    if ((await this.state()).done) throw new ApiError('setup_done');
    const attempt = await this.limits.attempt('set-up', address);
    if (!isSame(this.sealer.hash(code), await this.codeHash())) {
      throw new ApiError(
        'forbidden',
        'This is not the code of the set-up link; take the link that the server printed last.',
      );
    }
    await attempt.succeeded();
    return this.sessions.begin(await this.make(administrator));
  }

  private async make({ email, name, password, workspace }: FirstAdministrator): Promise<string> {
    const passwordHash = await hashPassword(password);
    const userId = newId();
    const workspaceId = newId();
    await this.database.transaction(async (tx) => {
      // One row decides between two at the same time: the second waits here, then finds it.
      const [first] = await tx.query(
        `insert into installation (key, value) values ('setup_done', jsonb_build_object('at', now())) on conflict do nothing returning key`,
      );
      if (!first) throw new ApiError('setup_done');
      await tx.query(`delete from installation where key = 'setup'`);
      await tx.query('insert into users (id, email, name, password_hash) values ($1, $2, $3, $4)', [
        userId,
        email,
        name,
        passwordHash,
      ]);
      await tx.query('insert into workspaces (id, name) values ($1, $2)', [workspaceId, workspace]);
      await tx.query(`insert into members (workspace_id, user_id, role) values ($1, $2, 'admin')`, [
        workspaceId,
        userId,
      ]);
      await this.audit.record(tx, {
        actor: { userId, email },
        workspaceId,
        action: 'installation.set_up',
        objectType: 'workspace',
        objectId: workspaceId,
        objectName: workspace,
        after: { administrator: email },
      });
    });
    return userId;
  }

  /** The code of the link: the same for every process of the installation, since it comes from the key and a stored salt. */
  private async code(): Promise<string> {
    const salt = await this.salt(this.database);
    const code = this.sealer.mac(`set-up ${salt}`).slice(0, 40);
    await this.database.query(
      `update installation set value = value || jsonb_build_object('hash', $1::text) where key = 'setup'`,
      [this.sealer.hash(code)],
    );
    return code;
  }

  private async salt(sql: Sql): Promise<string> {
    await sql.query(
      `insert into installation (key, value) values ('setup', jsonb_build_object('salt', $1::text)) on conflict do nothing`,
      [randomBytes(16).toString('hex')],
    );
    const [row] = await sql.query<{ salt: string }>(
      `select value->>'salt' as salt from installation where key = 'setup'`,
    );
    if (!row) throw new ApiError('setup_done');
    return row.salt;
  }

  private async codeHash(): Promise<string> {
    const [row] = await this.database.query<{ hash: string | null }>(
      `select value->>'hash' as hash from installation where key = 'setup'`,
    );
    return row?.hash ?? '';
  }
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
