import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConnectorRegistryModule } from '../connector-registry/connector-registry.module.js';
import { Connection } from './connection.entity.js';
import { ConnectionHealth } from './connection-health.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionTokens } from './tokens/connection-tokens.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Connection]), ConnectorRegistryModule],
  providers: [ConnectionsService, ConnectionHealth, ConnectionTokens],
  exports: [ConnectionsService, ConnectionHealth, ConnectionTokens],
})
export class ConnectionsModule {}
