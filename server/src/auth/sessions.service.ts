import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { LoginLimits } from './login-limits.js';
import { isPassword } from './passwords.js';
import { Session } from './session.entity.js';
import { sessionDays } from './session-cookie.js';
import type { User } from './user.entity.js';

/** A session that just began; the id goes into the cookie and is kept nowhere else. */
export interface NewSession {
  id: string;
  userId: string;
}

@Injectable()
export class SessionsService {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly limits: LoginLimits,
  ) {}

  /** Signs in. An unknown account and a wrong password get the same answer, after the same time. */
  async signIn(credentials: { email: string; password: string }, address: string): Promise<NewSession> {
    const user = await this.prove(credentials, address);
    return this.begin(user.id);
  }

  /** The account whose password this is, else `unauthenticated`. Attempts are limited. */
  async prove({ email, password }: { email: string; password: string }, address: string): Promise<{ id: string }> {
    const attempt = await this.limits.attempt(email, address);
    const [user] = await this.database.query<Pick<User, 'id'> & { password_hash: string }>(
      'select id, password_hash from users where lower(email) = lower($1)',
      [email.trim()],
    );
    if (!(await isPassword(password, user?.password_hash ?? null)) || !user) {
      throw new ApiError('unauthenticated', 'The e-mail address or the password is wrong.');
    }
    await attempt.succeeded();
    return { id: user.id };
  }

  async begin(userId: string): Promise<NewSession> {
    const id = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + sessionDays * 86_400_000);
    await this.sessions.insert({ hash: this.sealer.hash(id), userId, expiresAt });
    await this.sessions.delete({ userId, expiresAt: LessThan(new Date()) });
    return { id, userId };
  }

  async end(id: string): Promise<void> {
    await this.sessions.delete({ hash: this.sealer.hash(id) });
  }
}
