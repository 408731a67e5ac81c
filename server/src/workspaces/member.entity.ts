import type { Role } from '@castellan/api';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** A person in a workspace, with their role there. */
@Entity('members')
export class Member {
  @PrimaryColumn('uuid') workspaceId!: string;
  @Index('members_user') @PrimaryColumn('uuid') userId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @ManyToOne(() => User) @JoinColumn() user!: User;
  @Column('text') role!: Role;
  @Column('timestamptz', { default: () => 'now()' }) joinedAt!: Date;
}
