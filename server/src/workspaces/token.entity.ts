import type { Permission } from '@castellan/api';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** An API token: what its owner may do in one workspace, cut to its scopes. Only its hash is kept. */
@Entity('tokens')
@Unique(['hash'])
export class Token {
  @PrimaryColumn('uuid') id!: string;
  @Index('tokens_workspace') @Column('uuid') workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn() workspace!: Workspace;
  @Column('uuid') userId!: string;
  @ManyToOne(() => User) @JoinColumn() user!: User;
  @Column('text') name!: string;
  /** Its first characters, to tell tokens apart. */
  @Column('text') prefix!: string;
  @Column('text') hash!: string;
  @Column('text', { array: true }) scopes!: Permission[];
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
}
