import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Connection } from '../connections/connection.entity.js';
import { FlowEntity } from '../flows/flow.entity.js';
import { Workspace } from '../workspaces/workspace.entity.js';

/** A connection whose directory is synced. */
@Entity('integrations')
@Index('integrations_name', { synchronize: false })
@Index('integrations_primary', { synchronize: false })
@Index('integrations_instance', { synchronize: false })
@Index('integrations_connection', { synchronize: false })
@Index('integrations_due', { synchronize: false })
@Index('integrations_push_due', { synchronize: false })
@Check('integrations_every_hours_check', 'every_hours >= 1')
export class IntegrationEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('text') name!: string;
  @Column('uuid') connectionId!: string;
  @ManyToOne(() => Connection) @JoinColumn() connection!: Connection;
  @Column('text') connector!: string;
  @Column('jsonb', { default: {} }) settings!: Record<string, unknown>;
  @Column('int', { default: 24 }) everyHours!: number;
  @Column('boolean', { default: false }) disableGroupSync!: boolean;
  /** CEL; null: all records. */
  @Column('text', { nullable: true }) filter!: string | null;
  @Column('boolean', { default: false }) primaryDirectory!: boolean;
  @Column('boolean', { default: false }) paused!: boolean;
  /** The organisation that is synced, for good. */
  @Column('text', { nullable: true }) instanceId!: string | null;
  @Column('text', { nullable: true }) instanceName!: string | null;
  @Column('text', { default: 'untested' }) health!: 'untested' | 'working' | 'failing';
  @Column('text', { nullable: true }) healthMessage!: string | null;
  @Column('timestamptz', { nullable: true }) checkedAt!: Date | null;
  /** Null: it has never been read whole. */
  @Column('timestamptz', { nullable: true }) firstSyncedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) nextSyncAt!: Date | null;
  /** A resource is made for each new team. */
  @Column('boolean', { default: false }) createForTeams!: boolean;
  @Column('jsonb', { default: {} }) pushSettings!: Record<string, unknown>;
  /** The flow whose runs are the pushes. */
  @Column('uuid', { nullable: true }) pushFlowId!: string | null;
  @ManyToOne(() => FlowEntity) @JoinColumn() pushFlow!: FlowEntity | null;
  /** Teams are to be compared with what was read. */
  @Column('timestamptz', { nullable: true }) pushDueAt!: Date | null;
  /** The first of the pushes that the next one goes on from. */
  @Column('uuid', { nullable: true }) pushGoesOnFrom!: string | null;
  /** Why no push can begin. */
  @Column('text', { nullable: true }) pushProblem!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { default: () => 'now()' }) updatedAt!: Date;
  @Column('timestamptz', { nullable: true }) removedAt!: Date | null;
}
