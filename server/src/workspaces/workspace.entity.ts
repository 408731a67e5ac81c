import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenancy boundary. */
@Entity('workspaces')
export class Workspace {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  /** Days that ended runs are kept where their flow does not say; null: for ever. */
  @Column('int', { nullable: true }) retentionDays!: number | null;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
}
