import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person with an account here. E-mail addresses are unique whatever their case. */
@Entity('users')
@Index('users_email', { synchronize: false })
export class User {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') email!: string;
  @Column('text') name!: string;
  @Column('text') passwordHash!: string;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
}
