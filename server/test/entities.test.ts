import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { Session } from '../src/auth/session.entity.js';
import { User } from '../src/auth/user.entity.js';
import { Connection } from '../src/connections/connection.entity.js';
import { FlowEntity } from '../src/flows/flow.entity.js';
import { VersionEntity } from '../src/flows/version.entity.js';
import { IntegrationEntity } from '../src/integrations/integration.entity.js';
import { prepareSchema } from '../src/platform/database/migrations.js';
import { PostgresNames } from '../src/platform/database/postgres-names.js';
import { Invite } from '../src/workspaces/invite.entity.js';
import { Member } from '../src/workspaces/member.entity.js';
import { Token } from '../src/workspaces/token.entity.js';
import { Workspace } from '../src/workspaces/workspace.entity.js';
import { startPostgres } from './harness/index.js';

const entities = [
  User,
  Session,
  Workspace,
  Member,
  Invite,
  Token,
  FlowEntity,
  VersionEntity,
  Connection,
  IntegrationEntity,
];

test('the entities say of their tables just what the migrations made', async () => {
  const database = await startPostgres();
  await prepareSchema(database.url, { onlyWait: false });
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    entities,
    namingStrategy: new PostgresNames(),
    installExtensions: false,
  });
  await dataSource.initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
