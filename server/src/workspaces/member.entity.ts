import type { Role } from '@castellan/api';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** A person in a workspace, with their role there. */
@Entity('members')
export class Member {
  @PrimaryColumn('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @Index('members_user') @PrimaryColumn('uuid', { name: 'user_id' }) userId!: string;
  @ManyToOne(() => Workspace) @JoinColumn({ name: 'workspace_id' }) workspace!: Workspace;
  @ManyToOne(() => User) @JoinColumn({ name: 'user_id' }) user!: User;
  @Column('text') role!: Role;
  @Column('timestamptz', { name: 'joined_at', default: () => 'now()' }) joinedAt!: Date;
}
