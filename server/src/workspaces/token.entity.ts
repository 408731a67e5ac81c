import type { Permission } from '@castellan/api';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../auth/user.entity.js';
import { Workspace } from './workspace.entity.js';

/** An API token: what its owner may do in one workspace, cut to its scopes. Only its hash is kept. */
@Entity('tokens')
@Unique('tokens_hash_key', ['hash'])
export class Token {
  @PrimaryColumn('uuid') id!: string;
  @Index('tokens_workspace') @Column('uuid', { name: 'workspace_id' }) workspaceId!: string;
  @ManyToOne(() => Workspace) @JoinColumn({ name: 'workspace_id' }) workspace!: Workspace;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'user_id' }) user!: User;
  @Column('text') name!: string;
  /** Its first characters, to tell tokens apart. */
  @Column('text') prefix!: string;
  @Column('text') hash!: string;
  @Column('text', { array: true }) scopes!: Permission[];
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}
