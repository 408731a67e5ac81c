import type { ControlGraph, Flow, Program } from '@castellan/flow';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';
import { FlowEntity } from './flow.entity.js';

/** A published flow, or a draft that was run. It never changes: runs are pinned to it. */
@Entity('versions')
@Index('versions_published', { synchronize: false })
@Index('versions_draft', { synchronize: false })
export class VersionEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('uuid') flowId!: string;
  @ManyToOne(() => FlowEntity) @JoinColumn({ name: 'flow_id' }) ofFlow!: FlowEntity;
  /** From 1, without gaps, in each flow; 0 for a draft. */
  @Column('int') number!: number;
  /** Revision of the draft that it was made of; null for a published flow. */
  @Column('int', { nullable: true }) revision!: number | null;
  /** What was made of the revision, where it is not the draft as it is. */
  @Column('text', { default: '' }) variant!: string;
  @Column('json') flow!: Flow;
  @Column('jsonb') control!: ControlGraph;
  @Column('jsonb') program!: Program;
  @Column('boolean', { default: false }) usesSimulators!: boolean;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) publishedAt!: Date;
  @Column('text') publishedBy!: string;
}
