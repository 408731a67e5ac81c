import type { Role } from '@castellan/api';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** A one-time link into a workspace. Only the hash of its code is kept. */
@Entity('invites')
@Unique(['hash'])
export class Invite {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('text') email!: string;
  @Column('text') role!: Role;
  @Column('text') hash!: string;
  @Column('uuid') createdBy!: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'created_by' }) creator!: User;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) acceptedAt!: Date | null;
}
