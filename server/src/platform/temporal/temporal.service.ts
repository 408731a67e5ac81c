import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Client, Connection } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { Config } from '../../config.js';
import { EncryptionKeys } from '../crypto/encryption-keys.js';
import { ReadinessChecks } from '../readiness.js';
import { EncryptingCodec } from './payload-codec.js';
import { withDeadline } from './with-deadline.js';

/** Each call to Temporal gets so long. */
export const temporalDeadlineMs = 3_000;

/**
 * `stuck`: Temporal goes on offering its next task, and no worker can do it. So it is with a release whose workflow code
 * does not fit what the workflow has done before.
 */
export type WorkflowHealth = 'well' | 'stuck' | 'gone';

/** A signal makes a new task, whose attempts are counted from 1 again: a count of more is rarely seen. */
const stuckAfterAttempts = 2;

/** The client side of Temporal, for every mode. It connects when first used and comes back by itself. */
@Injectable()
export class TemporalService implements OnApplicationShutdown {
  private readonly connection: Connection;
  readonly client: Client;
  readonly codec: EncryptingCodec;

  constructor(
    private readonly config: Config,
    keys: EncryptionKeys,
    readiness: ReadinessChecks,
  ) {
    this.codec = new EncryptingCodec(keys);
    this.connection = Connection.lazy(this.connectionOptions());
    this.client = new Client({
      connection: this.connection,
      namespace: config.temporal.namespace,
      dataConverter: { payloadCodecs: [this.codec] },
    });
    readiness.add('temporal', () => this.reach(), { needed: false });
  }

  /** What reaching this installation's Temporal takes; the same for clients and workers. */
  connectionOptions() {
    const { address, tls, cert, key, apiKey } = this.config.temporal;
    return {
      address,
      ...(tls
        ? { tls: cert && key ? { clientCertPair: { crt: Buffer.from(cert), key: Buffer.from(key) } } : true }
        : {}),
      ...(apiKey ? { apiKey } : {}),
    };
  }

  async reach(): Promise<void> {
    await withDeadline(this.connection.ensureConnected(), temporalDeadlineMs, 'Reaching Temporal');
    await withDeadline(this.connection.workflowService.getSystemInfo({}), temporalDeadlineMs, 'Reaching Temporal');
  }

  /** Tells a carrier that something waits for it in the database. One that has ended needs no telling. */
  async signal(workflowId: string, signal: string, argument: string): Promise<void> {
    const telling = this.client.workflow.getHandle(workflowId).signal(signal, argument);
    await withDeadline(telling, temporalDeadlineMs, `Signalling ${workflowId}`).catch((error) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
  }

  /** How a workflow is. One that Temporal does not know is `gone`, as one that has ended. */
  async healthOf(workflowId: string): Promise<WorkflowHealth> {
    const describing = this.client.workflow.getHandle(workflowId).describe();
    try {
      const { status, raw } = await withDeadline(describing, temporalDeadlineMs, `Describing ${workflowId}`);
      if (status.name !== 'RUNNING') return 'gone';
      return (raw.pendingWorkflowTask?.attempt ?? 0) >= stuckAfterAttempts ? 'stuck' : 'well';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'gone';
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close().catch(() => undefined);
  }
}
