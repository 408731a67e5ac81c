import type { ControlGraph, Flow, Program } from '@castellan/flow';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';
import { FlowEntity } from './flow.entity.js';

/** A published flow. It never changes: runs are pinned to it. */
@Entity('versions')
@Unique('versions_flow_id_number_key', ['flowId', 'number'])
export class VersionEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn({ name: 'workspace_id' }) workspace!: Workspace;
  @Column('uuid', { name: 'flow_id' }) flowId!: string;
  @ManyToOne(() => FlowEntity) @JoinColumn({ name: 'flow_id' }) ofFlow!: FlowEntity;
  /** From 1, without gaps, in each flow. */
  @Column('int') number!: number;
  @Column('jsonb') flow!: Flow;
  @Column('jsonb') control!: ControlGraph;
  @Column('jsonb') program!: Program;
  @Column('boolean', { name: 'uses_simulators', default: false }) usesSimulators!: boolean;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('timestamptz', { name: 'published_at', default: () => 'now()' }) publishedAt!: Date;
  @Column('text', { name: 'published_by' }) publishedBy!: string;
}
