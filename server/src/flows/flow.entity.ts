import type { Draft } from '@castellan/flow';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';

/** A flow with its draft. What was published of it are its versions. */
@Entity('flows')
@Index('flows_workspace', { synchronize: false })
export class FlowEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('text') name!: string;
  @Column('text', { default: '' }) description!: string;
  @Column('json') draft!: Draft;
  /** Counts the saves of the draft. */
  @Column('int', { default: 1 }) revision!: number;
  /** Number of the published version. */
  @Column('int', { nullable: true }) published!: number | null;
  /** Revision of the draft that was published. */
  @Column('int', { nullable: true }) publishedRevision!: number | null;
  /** Runs at one time, as the published version has it; null: no limit. */
  @Column('int', { nullable: true }) concurrency!: number | null;
  /** Days that its ended runs are kept, as the published version has it; null: as the workspace has it. */
  @Column('int', { nullable: true }) retentionDays!: number | null;
  @Column('boolean', { default: false }) enabled!: boolean;
  @Column('text', { nullable: true }) templateId!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) updatedAt!: Date;
  @Column('text') updatedBy!: string;
  @Column('timestamptz', { nullable: true }) removedAt!: Date | null;
}
