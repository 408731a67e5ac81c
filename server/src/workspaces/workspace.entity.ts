import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenancy boundary. */
@Entity('workspaces')
export class Workspace {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
}
