import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** Somebody signed in with a browser. Only the hash of the cookie is kept. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('text') hash!: string;
  @Column('uuid') userId!: string;
  @ManyToOne(() => User) @JoinColumn() user!: User;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
}
