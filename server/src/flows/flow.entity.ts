import type { Draft } from '@castellan/flow';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';

/** A flow with its draft. What was published of it are its versions. */
@Entity('flows')
export class FlowEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn({ name: 'workspace_id' }) workspace!: Workspace;
  @Column('text') name!: string;
  @Column('text', { default: '' }) description!: string;
  @Column('jsonb') draft!: Draft;
  /** Counts the saves of the draft. */
  @Column('int', { default: 1 }) revision!: number;
  /** Number of the published version. */
  @Column('int', { nullable: true }) published!: number | null;
  /** Revision of the draft that was published. */
  @Column('int', { name: 'published_revision', nullable: true }) publishedRevision!: number | null;
  @Column('boolean', { default: false }) enabled!: boolean;
  @Column('text', { name: 'template_id', nullable: true }) templateId!: string | null;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
  @Column('text', { name: 'updated_by' }) updatedBy!: string;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt!: Date | null;
}
