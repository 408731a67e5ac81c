import { Injectable } from '@nestjs/common';
import { ConnectionEditor } from '../connections/connection-editor.service.js';
import type { Transaction } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';

/** The connection by which flows hear what syncs notice, and ask the directory. It is there from the first integration on. */
@Injectable()
export class DirectoryConnection {
  constructor(private readonly editor: ConnectionEditor) {}

  /** Makes it if the workspace has none. */
  async ensure(tx: Transaction, actor: Actor): Promise<void> {
    const [there] = await tx.query(
      `select from connections where workspace_id = $1 and connector = 'directory' and removed_at is null limit 1`,
      [actor.workspaceId],
    );
    if (there) return;
    await this.editor.createIn(tx, actor, { name: 'Directory', connector: 'directory', simulator: false, fields: {} });
  }
}
