import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Stored credentials for a connector. Secrets are in `sealed` only, bound to this row's id. */
@Entity('connections')
export class Connection {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Column('text') name!: string;
  @Column('text') connector!: string;
  @Column('boolean', { default: false }) simulator!: boolean;
  /** The `kind` of the connector's auth. */
  @Column('text') auth!: string;
  @Column('jsonb', { default: {} }) settings!: Record<string, unknown>;
  @Column('text', { nullable: true }) sealed!: string | null;
  @Column('text', { name: 'secret_names', array: true, default: [] }) secretNames!: string[];
  @Column('text', { default: 'untested' }) status!: 'untested' | 'working' | 'failing';
  @Column('text', { name: 'status_message', nullable: true }) statusMessage!: string | null;
  @Column('timestamptz', { name: 'tested_at', nullable: true }) testedAt!: Date | null;
  @Column('text', { name: 'hook_path' }) hookPath!: string;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt!: Date | null;
}
