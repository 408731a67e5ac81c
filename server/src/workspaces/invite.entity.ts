import type { Role } from '@castellan/api';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** A one-time link into a workspace. Only the hash of its code is kept. */
@Entity('invites')
@Unique('invites_hash_key', ['hash'])
export class Invite {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn({ name: 'workspace_id' }) workspace!: Workspace;
  @Column('text') email!: string;
  @Column('text') role!: Role;
  @Column('text') hash!: string;
  @Column('uuid', { name: 'created_by' }) createdBy!: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'created_by' }) creator!: User;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'accepted_at', nullable: true }) acceptedAt!: Date | null;
}
