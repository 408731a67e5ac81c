import type { Readable } from 'node:stream';
import type { EvidenceManifest, RunRow } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { SecretsOfVersions } from '../activities/version-secrets.js';
import { AuditService } from '../audit/audit.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { maskSecrets } from '../platform/masking.js';
import { release } from '../platform/release.js';
import type { Actor } from '../platform/routes/index.js';
import { readRun } from '../runs/run-rows.js';
import { EvidenceKeys, type SigningKey } from './evidence-keys.service.js';
import { type PackFacts, writePack } from './pack/index.js';
import { packFilesOf } from './pack-files.js';
import { type RunTree, readTree } from './run-tree.js';
import { Summary } from './summary.js';

/** Evidence of what a run did and who allowed it, as a signed file that can be checked without us. */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
    private readonly keys: EvidenceKeys,
    private readonly audit: AuditService,
  ) {}

  /** Notes who takes it away, and answers its name and its bytes, which are made while they are read. */
  async pack(actor: Actor, runId: string): Promise<{ name: string; bytes: Readable }> {
    const run = await this.ended(actor.workspaceId, runId);
    const key = await this.keys.signing();
    const at = new Date();
    const auditHead = await this.note(actor, run, key);
    const tree = await readTree(this.database, runId);
    const secrets = await this.secretsOf(tree);
    const masked = <T>(value: T): T => maskSecrets(value, secrets);
    const [workspace] = await this.database.query<{ id: string; name: string }>(
      'select id, name from workspaces where id = $1',
      [actor.workspaceId],
    );
    const about: PackFacts = {
      format: 'castellan-evidence/1',
      run: factsOf(run),
      workspace: found(workspace, 'workspace'),
      ...{ madeAt: at.toISOString(), madeBy: actor.email, release },
      key: { id: key.id, fingerprint: key.fingerprint },
      auditHead,
    };
    const summary = new Summary();
    const source = { sql: this.database, workspaceId: actor.workspaceId, tree, masked, summary };
    const readme = {
      path: 'README.md',
      holds: 'a summary for people',
      content: async function* () {
        yield masked(summary.text(about));
      },
    };
    const bytes = writePack({
      files: [...packFilesOf(source), readme],
      about: async () => {
        await this.sameAs(actor.workspaceId, run);
        return about;
      },
      ...{ publicKey: key.publicKey, sign: key.sign, at },
    });
    return { name: `evidence-${runId}.zip`, bytes };
  }

  private async ended(workspaceId: string, runId: string): Promise<RunRow> {
    const run = found(await readRun(this.database, workspaceId, runId), 'run');
    if (run.endedAt !== null) return run;
    throw new ApiError('conflict', 'The run has not ended: what there is to prove is known only then.');
  }

  /** What was removed in the middle must not look as if it had never been. */
  private async sameAs(workspaceId: string, before: RunRow): Promise<void> {
    const now = await readRun(this.database, workspaceId, before.id);
    if (now?.seq === before.seq && String(now.clearedAt) === String(before.clearedAt)) return;
    throw new Error(`The run ${before.id} was changed or removed while its evidence was read.`);
  }

  private note(actor: Actor, { id, flowName }: RunRow, key: SigningKey): Promise<EvidenceManifest['auditHead']> {
    const { workspaceId } = actor;
    return this.database.transaction(async (tx) => {
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'run.evidence' },
        ...{ objectType: 'run', objectId: id, objectName: flowName, after: { key: key.id } },
      });
      const [head] = await tx.query<EvidenceManifest['auditHead']>(
        'select seq, hash from audit_heads where workspace_id = $1',
        [workspaceId],
      );
      return found(head, 'audit');
    });
  }

  /** Of all connections that the runs could call: what a system echoed into a value is masked. */
  private async secretsOf({ versionIds }: RunTree): Promise<string[]> {
    const all = new SecretsOfVersions(this.database, this.versions, this.connections);
    const secrets = new Set<string>();
    for (const id of versionIds) for (const secret of await all.of(id)) secrets.add(secret);
    return [...secrets];
  }
}

function factsOf({ id, flowId, flowName, version, mode, status, endedAt, simulated }: RunRow): EvidenceManifest['run'] {
  return { id, flowId, flowName, version, mode, status, endedAt: new Date(endedAt ?? '').toISOString(), simulated };
}
