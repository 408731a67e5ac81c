import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';

/** Stored credentials for a connector. Secrets are in `sealed` only, bound to this row's id. */
@Entity('connections')
@Unique(['hookPath'])
@Index('connections_workspace', { synchronize: false })
export class Connection {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('text') name!: string;
  @Column('text') connector!: string;
  @Column('boolean', { default: false }) simulator!: boolean;
  /** The `kind` of the connector's auth. */
  @Column('text') auth!: string;
  @Column('jsonb', { default: {} }) settings!: Record<string, unknown>;
  @Column('text', { nullable: true }) sealed!: string | null;
  @Column('text', { array: true, default: [] }) secretNames!: string[];
  @Column('text', { default: 'untested' }) status!: 'untested' | 'working' | 'failing';
  @Column('text', { nullable: true }) statusMessage!: string | null;
  @Column('timestamptz', { nullable: true }) testedAt!: Date | null;
  @Column('text') hookPath!: string;
  /** Calls of runs under way at one time; null: no limit. */
  @Column('int', { nullable: true }) callsAtOnce!: number | null;
  /** Calls of runs in a second; null: no limit. */
  @Column('float8', { nullable: true }) callsPerSecond!: number | null;
  /** The day on which a secret ends, as far as people know: `2027-01-31`. */
  @Column('date', { nullable: true }) secretExpiresOn!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { default: () => 'now()' }) updatedAt!: Date;
  @Column('timestamptz', { nullable: true }) removedAt!: Date | null;
}
