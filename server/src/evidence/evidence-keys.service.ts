import type { EvidenceKey } from '@castellan/api';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, isoInstant, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { fingerprintOf, makeSigningPair, publicKeyOf, signBytes } from './pack/index.js';

/** The key that signs, opened. It lives for one pack. */
export interface SigningKey {
  id: string;
  fingerprint: string;
  /** PEM. */
  publicKey: string;
  sign: (bytes: Buffer) => Buffer;
}

type StoredKey = Omit<EvidenceKey, 'fingerprint'>;

const columns = `id, public_key as "publicKey", ${isoInstant('created_at')} as "createdAt",
  ${isoInstant('retired_at')} as "retiredAt"`;

/** The keys of the installation that sign evidence packs: one at a time, of all others the public part. */
@Injectable()
export class EvidenceKeys implements OnApplicationBootstrap {
  private readonly logger = new Logger(EvidenceKeys.name);

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
  ) {}

  /** The first start makes one; where the database is not there in that moment, whoever asks first does. */
  onApplicationBootstrap(): void {
    this.ensure().catch(({ message }: Error) => this.logger.warn(`No key for evidence is made yet: ${message}`));
  }

  async list(): Promise<{ items: EvidenceKey[] }> {
    await this.ensure();
    const rows = await this.database.query<StoredKey>(
      `select ${columns} from evidence_keys order by retired_at desc nulls first`,
    );
    return { items: rows.map(shownKey) };
  }

  async signing(): Promise<SigningKey> {
    await this.ensure();
    const [row] = await this.database.query<StoredKey & { sealed: string }>(
      `select ${columns}, sealed from evidence_keys where retired_at is null`,
    );
    const key = found(row, 'key that signs evidence');
    const { id, fingerprint, publicKey } = shownKey(key);
    const privateKey = await this.sealer.open(key.sealed, placeOf(id));
    return { id, fingerprint, publicKey, sign: (bytes) => signBytes(bytes, privateKey) };
  }

  /**
   * From now on a new key signs. The private part of the one before is removed, so that nobody signs with it again. The
   * key is of the whole installation, so it is changed in the workspace that this began with.
   */
  async rotate(actor: Actor): Promise<EvidenceKey> {
    return this.database.transaction(async (tx) => {
      await requireFirstWorkspace(tx, actor);
      const [before] = await tx.query<{ id: string }>(
        `update evidence_keys set retired_at = clock_timestamp(), sealed = null where retired_at is null returning id`,
      );
      const id = await this.make(tx);
      const [row] = await tx.query<StoredKey>(`select ${columns} from evidence_keys where id = $1`, [id]);
      const workspaces = await tx.query<{ id: string }>('select id from workspaces order by id');
      for (const { id: workspaceId } of workspaces) {
        await this.audit.record(tx, {
          ...{
            actor,
            workspaceId,
            action: 'evidence_key.change',
            objectType: 'installation',
            objectId: 'evidence_key',
          },
          ...{ before: { key: before?.id ?? null }, after: { key: id } },
        });
      }
      return shownKey(found(row, 'key that signs evidence'));
    });
  }

  private async ensure(): Promise<void> {
    const [key] = await this.database.query('select from evidence_keys where retired_at is null');
    if (!key) await this.make(this.database);
  }

  /** Nothing where another process made one in the same moment. */
  private async make(sql: Sql): Promise<string> {
    const { id, publicKey, privateKey } = makeSigningPair();
    await sql.query('insert into evidence_keys (id, public_key, sealed) values ($1, $2, $3) on conflict do nothing', [
      ...[id, publicKey, await this.sealer.seal(privateKey, placeOf(id))],
    ]);
    return id;
  }
}

async function requireFirstWorkspace(sql: Sql, { workspaceId }: Actor): Promise<void> {
  const [first] = await sql.query<{ id: string }>('select id from workspaces order by created_at, id limit 1');
  if (first?.id === workspaceId) return;
  throw new ApiError(
    'forbidden',
    'The key signs for all workspaces of this installation: it is changed in the one that the installation began with, by its administrators.',
  );
}

function shownKey({ id, publicKey, createdAt, retiredAt }: StoredKey): EvidenceKey {
  return { id, fingerprint: fingerprintOf(publicKeyOf(publicKey)), publicKey, createdAt, retiredAt };
}

const placeOf = (id: string): string => `evidence key ${id}`;
