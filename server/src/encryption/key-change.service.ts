import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config.js';
import { EncryptionKeys, endChange, nextKey, readRing, Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { readOthers, replaceValues, type SealedColumn, sealedColumns } from './sealed-columns.js';

/** So often every process asks whether the key was changed. */
const lookEachMs = 5_000;
/** Until then processes that run with the key before find the new one, and what they sealed meanwhile is found. */
const leastMs = 30_000;
const batch = 200;

/**
 * A change of the encryption key while everything runs. A start with the new key and the old one has it taken over;
 * the other processes find it here, and what the old key has sealed is sealed afresh, piece by piece. A process that dies
 * leaves nothing half done: the next one that works looks for what the old key has sealed.
 */
@Injectable()
export class KeyChange implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyChange.name);
  private readonly looking: RepeatedWork;
  /** When this process first saw the change that goes on. */
  private since: number | null = null;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly keys: EncryptionKeys,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
  ) {
    this.looking = new RepeatedWork({
      eachMs: lookEachMs,
      work: () => this.look(),
      logger: this.logger,
      failure: 'What the old encryption key has sealed is not all sealed afresh, which is tried again',
    });
  }

  onApplicationBootstrap(): void {
    this.keys.look = () => this.takeNext().then(() => undefined);
    this.looking.start();
    this.looking.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    const change = await this.takeNext();
    if (change === null) this.since = null;
    if (change === null || !this.config.runsWorker) return;
    this.since ??= Date.now();
    const done = await this.sealAfresh();
    if (done > 0) this.logger.log(`Sealed ${done} values afresh with the encryption key ${this.keys.current.id}`);
    if (done === 0 && !this.stopped && Date.now() - this.since > leastMs) await this.end(change.from);
  }

  /** Takes the key over that another process has begun to seal with. @returns the change that goes on, if one does */
  private async takeNext(): Promise<{ from: string } | null> {
    const ring = await readRing(this.database);
    const next = ring && (await nextKey(ring, this.keys.current));
    if (next) {
      this.keys.add(next);
      this.logger.log(`The encryption key was changed: from now on ${next.id} seals`);
    }
    return ring?.change ?? null;
  }

  /** One pass over everything. @returns how many values another key had sealed */
  private async sealAfresh(): Promise<number> {
    let done = 0;
    for (const column of sealedColumns) done += await this.sealColumn(column);
    return done;
  }

  private async sealColumn(column: SealedColumn): Promise<number> {
    let done = 0;
    for (let after: string[] | null = null; !this.stopped; ) {
      const some = await readOthers(this.database, column, { keyId: this.keys.current.id, after, limit: batch });
      const fresh = await Promise.all(
        some.map(async (value) => ({ ...value, fresh: await this.sealer.sealAfresh(value.sealed) })),
      );
      if (fresh.length > 0) await replaceValues(this.database, column, fresh);
      done += fresh.length;
      after = some.at(-1)?.at ?? null;
      if (some.length < batch) break;
    }
    return done;
  }

  private async end(from: string): Promise<void> {
    const { id } = this.keys.current;
    const ended = await this.database.transaction(async (tx) => {
      if (!(await endChange(tx, id))) return false;
      const workspaces = await tx.query<{ id: string }>('select id from workspaces order by id');
      for (const { id: workspaceId } of workspaces) {
        await this.audit.record(tx, {
          actor: 'system',
          workspaceId,
          ...{ action: 'encryption_key.change', objectType: 'installation', objectId: 'encryption_key' },
          ...{ before: { key: from }, after: { key: id } },
        });
      }
      return true;
    });
    if (ended) this.logger.log(`Everything is sealed with the encryption key ${id}`);
  }
}
