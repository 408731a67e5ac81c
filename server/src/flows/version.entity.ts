import type { ControlGraph, Flow, Program } from '@castellan/flow';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Workspace } from '../workspaces/workspace.entity.js';
import { FlowEntity } from './flow.entity.js';

/** A published flow. It never changes: runs are pinned to it. */
@Entity('versions')
@Unique(['flowId', 'number'])
export class VersionEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('uuid') flowId!: string;
  @ManyToOne(() => FlowEntity) @JoinColumn({ name: 'flow_id' }) ofFlow!: FlowEntity;
  /** From 1, without gaps, in each flow. */
  @Column('int') number!: number;
  @Column('json') flow!: Flow;
  @Column('jsonb') control!: ControlGraph;
  @Column('jsonb') program!: Program;
  @Column('boolean', { default: false }) usesSimulators!: boolean;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) publishedAt!: Date;
  @Column('text') publishedBy!: string;
}
